"""What the content security policy stops in a real browser, and what the one policy for markup lets pass."""

import pytest

pytestmark = pytest.mark.browser

# Each is tried on a page in sight. All but the last three must be stopped by the browser as a matter of types.
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
# A while later: what the browser's debugger runs at once may run words, which no page may.
_TRY = """() => new Promise(done => setTimeout(() => {
    try { %s; done('nothing') } catch (error) { done(error.name) }
}))"""
# A fragment arrives as it does for htmx: from an address, with or without the mark, and what is then parsed of it.
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


def test_foreign_words_become_neither_markup_nor_script(elise):
    told = {name: elise.page.evaluate(_TRY % attempt) for name, attempt in ATTEMPTS.items()}
    assert {name: thrown for name, thrown in told.items() if thrown not in STOPPED} == {}
    assert elise.page.evaluate("() => [document.body.innerText.includes('foreign'), window.ran]") == [False, None]
    elise.forgives("TrustedHTML", "TrustedScript", "TrustedScriptURL", "TrustedTypePolicy")


def test_code_that_came_with_a_page_does_not_run(elise):
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


def test_one_fragment_of_our_own_passes_once(call_on):
    elise = call_on("elise")
    # Without what turns to the whole page when an answer is no fragment: the policy is asked alone.
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
