"""All settings of lyhord. What an operator may set is read from the environment and told in docs/settings.md."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from lyhord.lib import keys

ROOT = Path(__file__).resolve().parent
TESTING = "pytest" in sys.modules


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_list(name: str) -> list[str]:
    return [part.strip() for part in env(name).split(",") if part.strip()]


def group_roles(text: str) -> dict[str, tuple[str, str]]:
    """`{"agents": ["Nordbanan/Customer service", "agent"]}`: group of the provider -> brand/team and role."""
    try:
        told = json.loads(text or "{}")
        return {str(group): (str(place), str(role)) for group, (place, role) in told.items()}
    except (ValueError, TypeError, AttributeError) as problem:
        raise ImproperlyConfigured(
            'LYHORD_OIDC_ROLES is no JSON like {"agents": ["Nordbanan/Customer service", "agent"]}.'
        ) from problem


# What an operator meets first ---------------------------------------------------------------------------------

LYHORD_DATA = Path(env("LYHORD_DATA", "data")).resolve()
LYHORD_PUBLIC_URL = env("LYHORD_PUBLIC_URL", "http://localhost:8000").rstrip("/")
LYHORD_PUSH_URL = env("LYHORD_PUSH_URL").rstrip("/")
# "all" and "off" are other words for the first and the last.
LYHORD_MFA = {"all": "required", "off": "optional"}.get(
    env("LYHORD_MFA", "required"), env("LYHORD_MFA", "required")
)
LYHORD_MFA_GRACE_DAYS = float(env("LYHORD_MFA_GRACE_DAYS", "0"))
LYHORD_DEMO = env("LYHORD_DEMO") == "1"
# host:port pairs inside our own network that connectors and fetches may speak with (a Mastodon server beside us, tests).
LYHORD_ALLOW_HOSTS = frozenset(env_list("LYHORD_ALLOW_HOSTS"))
LYHORD_TRUSTED_PROXIES = int(env("LYHORD_TRUSTED_PROXIES", "0"))
LYHORD_SMTP_URL = env("LYHORD_SMTP_URL")
LYHORD_WORKER_MEMORY = int(env("LYHORD_WORKER_MEMORY", "4096"))  # megabytes of address space; 0: no cap
LYHORD_API_BURST = int(env("LYHORD_API_BURST", "120"))
LYHORD_API_PER_SECOND = float(env("LYHORD_API_PER_SECOND", "20"))
LYHORD_METRICS_TOKEN = env("LYHORD_METRICS_TOKEN")

if LYHORD_MFA not in {"required", "admins", "optional"}:
    raise ImproperlyConfigured(
        f"LYHORD_MFA is {LYHORD_MFA!r}; it can be 'required' (of all), 'admins' or 'optional'."
    )

_public = urlsplit(LYHORD_PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"LYHORD_PUBLIC_URL is {LYHORD_PUBLIC_URL!r}; give the whole address, such as https://service.example.com."
    )
IS_HTTPS = _public.scheme == "https"
if not LYHORD_PUSH_URL:
    LYHORD_PUSH_URL = (
        f"{_public.scheme}://{_public.hostname}:{(_public.port or (443 if IS_HTTPS else 80)) + 1}"
    )

SECRET_KEY = env("LYHORD_SECRET_KEY") or keys.secret_key(LYHORD_DATA)
KEYRING_PATH = Path(env("LYHORD_KEYS", str(LYHORD_DATA / "keys.json")))
DEBUG = False
ALLOWED_HOSTS = [_public.hostname, *(["testserver"] if TESTING else []), *env_list("LYHORD_HOSTS")]
if _public.hostname == "localhost":
    ALLOWED_HOSTS += ["127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

# Rooms --------------------------------------------------------------------------------------------------------

ROOMS = [
    "web",
    "staff",
    "channels",
    "intake",
    "customers",
    "outbox",
    "triage",
    "desk",
    "portal",
    "privacy",
    "moving",
]
CONNECTORS = [
    "bluesky",
    "demo",
    "email",
    "mastodon",
    "webform",
    "feeds",
    "telegram",
    "api",
    "facebook",
    "messenger",
    "instagram",
    "whatsapp",
    "x",
    "youtube",
    "google_reviews",
    "trustpilot",
    "discourse",
    "reddit",
    "linkedin",
    "matrix",
    "manual",
    "phone",
]

INSTALLED_APPS = [
    *[f"lyhord.{room}" for room in ROOMS],
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # adds random bytes against BREACH; streams are not Django's here
    "lyhord.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lyhord.staff.middleware.SessionAge",
    "lyhord.web.middleware.PersonLocale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lyhord.staff.middleware.FirstStart",
    "allauth.account.middleware.AccountMiddleware",
    "lyhord.staff.middleware.RequireSecondFactor",
    "lyhord.staff.middleware.Refusals",
    "lyhord.staff.lazily.ApiDoor",
]

ROOT_URLCONF = "lyhord.urls"
WSGI_APPLICATION = "lyhord.wsgi.django"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_template_folders = [ROOT / room / "templates" for room in ROOMS]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": _template_folders,
        "APP_DIRS": False,
        "OPTIONS": {"environment": "lyhord.web.jinja.environment"},
    },
    {
        # Only for allauth and the admin, which bring Django templates of their own.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [ROOT / "staff" / "django_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database -----------------------------------------------------------------------------------------------------

# FULL, not NORMAL: what we acknowledged must be on the disk (reference: reliability, finding 2).
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
    "PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824;"
)


def database(url: str, data: Path) -> dict[str, Any]:
    """The database that LYHORD_DATABASE_URL names; without it SQLite in the data folder."""
    test_name = f"test_lyhord_{os.getpid()}"
    if not url or url.startswith("sqlite:"):
        path = urlsplit(url).path if url else str(data / "lyhord.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START},
            # A file, not memory: threads and processes of the tests see the same database.
            "TEST": {"NAME": f"/tmp/{test_name}.sqlite3"},  # noqa: S108
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"LYHORD_DATABASE_URL begins with {parts.scheme!r}; it can be postgresql://user:password@host/name or be left out."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
        "TEST": {"NAME": test_name},
    }


DATABASES = {"default": database(env("LYHORD_DATABASE_URL"), LYHORD_DATA)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People and log-in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["lyhord.staff.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
    if TESTING
    else "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/inbox/"
LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_ADAPTER = "lyhord.staff.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Log-in is limited by staff.limits, which holds for all processes; allauth counts in the memory of one.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/m/ip,5/5m/key"}
MFA_RATE_LIMITS = False
MFA_ADAPTER = "lyhord.staff.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "lyhord.staff.passkeys.Add",
    "edit_webauthn": "lyhord.staff.passkeys.Rename",
    "login_webauthn": "lyhord.staff.passkeys.LogIn",
    "authenticate_webauthn": "lyhord.staff.passkeys.Checked",
    "reauthenticate_webauthn": "lyhord.staff.passkeys.Reauthenticate",
}
MFA_TOTP_ISSUER = "lyhord"
MFA_RECOVERY_CODES_SHOW_ONCE = True

SESSION_ENGINE = "lyhord.web.sessions"
# The organisation's own identity provider (OpenID Connect); docs/login.md tells how the parts work together.
LYHORD_OIDC_ISSUER = env("LYHORD_OIDC_ISSUER")
LYHORD_OIDC_CLIENT_ID = env("LYHORD_OIDC_CLIENT_ID")
LYHORD_OIDC_CLIENT_SECRET = env("LYHORD_OIDC_CLIENT_SECRET")
LYHORD_OIDC_LABEL = env("LYHORD_OIDC_LABEL") or urlsplit(LYHORD_OIDC_ISSUER).hostname or ""
LYHORD_OIDC_SCOPES = env_list("LYHORD_OIDC_SCOPES")
LYHORD_OIDC_DOMAINS = frozenset(domain.lower() for domain in env_list("LYHORD_OIDC_DOMAINS"))
LYHORD_OIDC_TRUSTS_EMAIL = env("LYHORD_OIDC_TRUSTS_EMAIL") == "1"
LYHORD_OIDC_MFA = env("LYHORD_OIDC_MFA") == "1"
LYHORD_OIDC_ONLY = env("LYHORD_OIDC_ONLY") == "1"
LYHORD_OIDC_GROUPS_CLAIM = env("LYHORD_OIDC_GROUPS_CLAIM", "groups")
LYHORD_OIDC_ROLES = group_roles(env("LYHORD_OIDC_ROLES"))
if LYHORD_OIDC_ISSUER and not LYHORD_OIDC_CLIENT_ID:
    raise ImproperlyConfigured("LYHORD_OIDC_ISSUER is set and LYHORD_OIDC_CLIENT_ID is not; set both.")
if LYHORD_OIDC_ONLY and not LYHORD_OIDC_ISSUER:
    raise ImproperlyConfigured("LYHORD_OIDC_ONLY is set without LYHORD_OIDC_ISSUER: nobody could log in.")

LYHORD_SESSION_HOURS = float(env("LYHORD_SESSION_HOURS", "336"))
LYHORD_SESSION_IDLE_HOURS = float(env("LYHORD_SESSION_IDLE_HOURS", "72"))
SESSION_COOKIE_AGE = int(LYHORD_SESSION_HOURS * 3600)
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LYHORD_TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Mail ---------------------------------------------------------------------------------------------------------


def mail(url: str) -> dict[str, Any]:
    """Settings of Django's mail from smtp://user:password@host:port or smtps://..."""
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }


if LYHORD_SMTP_URL:
    globals().update(mail(LYHORD_SMTP_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("LYHORD_MAIL_FROM", f"lyhord@{_public.hostname}")

# Languages and times ------------------------------------------------------------------------------------------

LANGUAGES = [
    ("en", _("English")),
    ("sv", _("Swedish")),
    ("fi", _("Finnish")),
    ("nb", _("Norwegian")),
    ("da", _("Danish")),
]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("LYHORD_TIME_ZONE", "Europe/Stockholm")

# Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = LYHORD_DATA / "static"
STATICFILES_DIRS: list[Path] = []
MEDIA_ROOT = LYHORD_DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "lyhord.web.storage.Storage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_AUTOREFRESH = TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a webhook of WhatsApp is at most 3 MB
FILE_UPLOAD_PERMISSIONS = 0o640

# Logs carry ids and never a person's words.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lyhord.lib.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env("LYHORD_LOG", "WARNING" if TESTING else "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
