"""In a real browser, the content security policy blocks foreign scripts, and Trusted Types allow only our policy."""

import pytest

pytestmark = pytest.mark.browser

# Scripts that must fail on an open page. Trusted Types block most of them; the last three try to use browser storage.
ATTEMPTS = {
    "markup": "document.querySelector('main').innerHTML = '<p>foreign</p>'",
    "markup beside": "document.body.insertAdjacentHTML('beforeend', '<p>foreign</p>')",
    "a page written": "document.write('<p>foreign</p>')",
    "a page parsed": "Document.parseHTMLUnsafe('<p>foreign</p>')",
    "a page parsed as of old": "new DOMParser().parseFromString('<p>foreign</p>', 'text/html')",
    "a frame's page": "document.createElement('iframe').srcdoc = '<p>foreign</p>'",
    "a script's words": "document.createElement('script').text = 'window.ran = true'",
    "a script's address": "document.createElement('script').src = '/static/loge/loge.js'",
    "a worker's address": "new Worker('/static/loge/loge.js')",
    "a second policy": "trustedTypes.createPolicy('loge', { createHTML: text => text })",
    "the first policy again": "trustedTypes.createPolicy('default', { createHTML: text => text })",
    "words run": "globalThis.eval('window.ran = true')",
    "a function made of words": "new Function('window.ran = true')()",
    "a drawer": "localStorage.setItem('a', 'b')",
    "a drawer for a session": "sessionStorage.setItem('a', 'b')",
    "a database": "indexedDB.open('a')",
}
STOPPED = {"TypeError", "EvalError", "SecurityError"}
# JavaScript that runs a piece of code (`%s`) as if a page ran it, and returns the name of the error or "nothing".
# setTimeout is needed: code that the debugger runs directly may use eval(), although the page's policy forbids eval().
_TRY = """() => new Promise(done => setTimeout(() => {
    try { %s; done('nothing') } catch (error) { done(error.name) }
}))"""
# Script: fetch a page fragment as htmx does, then try twice to parse it. If `parsed` is given, parse this text instead.
_ARRIVES = """([address, parsed]) => new Promise(done => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', address);
    xhr.onerror = done;
    xhr.onload = () => {
        const detail = { xhr, pathInfo: {}, elt: document.body, serverResponse: xhr.responseText };
        document.body.dispatchEvent(new CustomEvent('htmx:beforeSwap', { bubbles: true, cancelable: true, detail }));
        const attempt = () => {
            try {
                const inner = parsed ?? xhr.responseText;
                Document.parseHTMLUnsafe(`<body><template class="internal-htmx-wrapper">${inner}</template></body>`);
                return 'passed';
            } catch (error) { return error.name }
        };
        done([attempt(), attempt()]);
    };
    xhr.send();
})"""
MARKED, PLAIN = {"HX-Loge": "fragment"}, {"X-Other": "fragment"}


@pytest.fixture
def elise(call_on):
    elise = call_on("elise")
    elise.opens("/comptes/")
    return elise


def test_browser_blocks_foreign_markup_and_scripts(elise):
    outcomes = {name: elise.page.evaluate(_TRY % attempt) for name, attempt in ATTEMPTS.items()}
    assert {name: thrown for name, thrown in outcomes.items() if thrown not in STOPPED} == {}
    assert elise.page.evaluate("() => [document.body.innerText.includes('foreign'), window.ran]") == [False, None]
    elise.forgives("TrustedHTML", "TrustedScript", "TrustedScriptURL", "TrustedTypePolicy")


def test_injected_inline_code_does_not_run(elise):
    page = elise.page

    def robbed(route):
        real = route.fetch()
        injected = "<script>ran = true</script><p onclick='ran = true' hx-on:click='ran = true'>ici</p></main>"
        route.fulfill(response=real, body=real.text().replace("</main>", injected))

    page.route("**/comptes/partis/", robbed)
    page.goto("/comptes/partis/")
    page.get_by_text("ici", exact=True).click()
    assert page.evaluate("() => window.ran") is None
    elise.forgives("inline script", "inline event handler", "evalDisallowed")


def test_only_a_marked_fragment_is_parsed_and_only_once(call_on):
    elise = call_on("elise")
    # An empty file replaces loge.js, which would load another page if an answer is not a page fragment.
    elise.page.route("**/loge.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    elise.opens("/comptes/")
    for headers, status, parsed, outcome in (
        (MARKED, 200, None, "passed"),
        (PLAIN, 200, None, "TypeError"),
        (MARKED, 201, None, "TypeError"),
        (MARKED, 200, "<p>something else</p>", "TypeError"),
    ):
        elise.page.route("**/part", answering(status, headers))
        assert elise.page.evaluate(_ARRIVES, ["/part", parsed]) == [outcome, "TypeError"], (headers, status, parsed)
    elise.forgives("TrustedHTML")


def answering(status: int, headers: dict[str, str]):
    return lambda route: route.fulfill(status=status, headers=headers, body="<p>ours</p>")
