"""The one settings file. What changes between sites comes from PARTAGE_… variables."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from partage.config import environment
from partage.config.identity_providers import read_providers

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.read("PARTAGE_DATA_DIR")).resolve()


def _kept_secret_key() -> str:
    """A key made on the first start and kept beside the data, readable by its owner alone."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


# The register's tiles as files, and the key that signs its checkpoints (the worker's alone).
REGISTER_DIR = DATA_DIR / "register"
REGISTER_KEY = DATA_DIR / "register-key"
# The keys that sign badges: the last one signs.
BADGE_KEYS = DATA_DIR / "badge-keys"
ERASURE_LIST = DATA_DIR / "erased"

BASE_URL = environment.read("PARTAGE_BASE_URL").rstrip("/")
_SITE = urlsplit(BASE_URL)
IS_LOCAL = _SITE.hostname in {"localhost", "127.0.0.1", "::1"}
IS_HTTPS = _SITE.scheme == "https"

SECRET_KEY = environment.read("PARTAGE_SECRET_KEY") or _kept_secret_key()
DEBUG = environment.read_flag("PARTAGE_DEBUG")
ALLOWED_HOSTS = [
    *filter(None, [_SITE.hostname, *environment.read("PARTAGE_HOSTS").split(",")]),
    *(["localhost", "127.0.0.1", "[::1]"] if IS_LOCAL else []),
]
LISTEN = environment.read_listen()
WEB_PROCESSES = environment.read_number("PARTAGE_WEB_PROCESSES")
WEB_THREADS = environment.read_number("PARTAGE_WEB_THREADS")
NEW_PARTICIPANTS_PER_HOUR = environment.read_number("PARTAGE_NEW_PARTICIPANTS_PER_HOUR")
ACTS_PER_MINUTE = environment.read_number("PARTAGE_ACTS_PER_MINUTE")
WITNESSES = environment.read_witnesses()
ADMINISTRATORS_NEED_SECOND_FACTOR = environment.read_flag(
    "PARTAGE_ADMINISTRATORS_NEED_SECOND_FACTOR"
)
IDENTITY_PROVIDERS = read_providers(
    environment.read("PARTAGE_IDENTITY_PROVIDERS"), site_is_local=IS_LOCAL
)
environment.check_numba()
LEGAL = environment.read_legal()
ACCESSIBILITY = environment.read_accessibility()
OPEN_DATA_DIR = DATA_DIR / "open-data"
SEARCH_DIR = DATA_DIR / "search"
OPEN_DATA_LICENCE = environment.read_licence()
EMBED_ON = environment.read_embed_on()
METRICS_TOKEN = environment.read("PARTAGE_METRICS_TOKEN")
TRUSTED_PROXY = environment.read_flag("PARTAGE_TRUSTED_PROXY")

INSTALLED_APPS = [
    "partage.checks",
    "partage.register",
    "partage.people",
    "partage.coproductions",
    "partage.consents",
    "partage.assurance",
    "partage.assemblies",
    "partage.contributions",
    "partage.events",
    "partage.fund",
    "partage.training",
    "partage.accounting",
    "partage.calls",
    "partage.library",
    "partage.opinions",
    "partage.news",
    "partage.shares",
    "partage.oversight",
    "partage.rights",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "csp",
]
MIDDLEWARE = [
    "partage.web.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "partage.web.middleware.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "partage.web.middleware.known_methods",
    "partage.web.middleware.database_unavailable",
    "partage.web.streams.few_streams",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "partage.people.middleware.second_factor_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "partage.config.urls"
WSGI_APPLICATION = "partage.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "partage.web.templatetags.partage"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

DATABASES = {
    "default": environment.postgres(environment.read("PARTAGE_DATABASE_URL"))
    if environment.read("PARTAGE_DATABASE_URL")
    else environment.sqlite(DATA_DIR / "partage.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits and locks live in the database; this cache only holds what a process may lose.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

_MAIL = environment.read_mail()
MAIL_IS_ON = bool(_MAIL.host)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.is_encrypted, _MAIL.starts_encryption
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _MAIL.sender

AUTH_USER_MODEL = "people.Person"
SESSION_ENGINE = "partage.people.sessions"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
_COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
PARTICIPANT_COOKIE_NAME = f"{_COOKIE_PREFIX}participant"
PASSKEY_COOKIE_NAME = f"{_COOKIE_PREFIX}passkey"
IDENTITY_COOKIE_NAME = f"{_COOKIE_PREFIX}identity"
LEAVING_COOKIE_NAME = f"{_COOKIE_PREFIX}identity-leaving"
CSRF_FAILURE_VIEW = "partage.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A nonce without 'strict-dynamic': with it a script inside a swapped fragment would run.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500  # a declaration has seven for each of its inputs

LANGUAGE_CODE = "en"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_MAX_AGE = 60
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "partage.web.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": environment.read_log_level()},
    # Django's own lines carry paths and addresses; ours carry the route's name instead.
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
        # A line for each step of each page it lays out.
        "weasyprint": {"level": "WARNING"},
        # The number of each passkey that is used.
        "fido2": {"level": "WARNING"},
    },
}
