"""A public site serves collected static files, whose names contain a hash.

The deploy check must fail if no files were collected.
"""

import os
import re
import subprocess
import sys

from housing.database.embedded import PROJECT

PUBLIC = {
    "LOGE_HOSTS": "loge.trois-rives.example",
    "LOGE_ORIGINS": "https://loge.trois-rives.example",
    "LOGE_HTTPS": "1",
    "LOGE_EMAIL_HOST": "mail.trois-rives.example",
    "LOGE_LOG_LEVEL": "WARNING",
}
_PAGE = "from django.templatetags.static import static; print(static('loge/loge.css'))"


def manage(env, *command):
    program = [sys.executable, "manage.py", *command]
    return subprocess.run(program, cwd=PROJECT, env=os.environ | env, capture_output=True, text=True, check=False)


def test_deploy_check_requires_collected_static_files(tmp_path):
    public = PUBLIC | {"LOGE_STATIC_ROOT": str(tmp_path / "static")}
    asked = ("check", "--deploy", "--tag", "security")
    assert "ne sont pas rassemblés" in manage(public, *asked).stderr
    collected = manage(public, "collectstatic", "--noinput")
    assert collected.returncode == 0, collected.stderr
    assert "ne sont pas rassemblés" not in manage(public, *asked).stderr
    name = manage(public, "shell", "--no-imports", "-c", _PAGE).stdout.strip()
    assert re.fullmatch(r"/static/loge/loge\.[0-9a-f]{12}\.css", name), name
    file = tmp_path / "static" / name.removeprefix("/static/")
    assert file.is_file() and file.with_name(f"{file.name}.br").is_file()


def test_uncollected_files_have_plain_names(tmp_path):
    plain = PUBLIC | {"LOGE_STATIC_ROOT": str(tmp_path / "none")}
    assert manage(plain, "shell", "--no-imports", "-c", _PAGE).stdout.strip() == "/static/loge/loge.css"
