"""One settings file for every installation. All that varies comes from the environment (``docs/guide/operator.md``)."""

from pathlib import Path

from stoa.base import database, environment

SOURCE_FOLDER = Path(__file__).resolve().parent
DATA_FOLDER = environment.data_folder()

DEBUG = environment.flag("STOA_DEBUG")
SECRET_KEY = environment.secret_key()
SITE_URL = environment.text("STOA_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = environment.text("STOA_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "stoa.base",
    "stoa.people",
    "stoa.catalog",
    "stoa.courseware",
    "stoa.access",
    "stoa.ledger",
    "stoa.learning",
    "stoa.credentials",
    "stoa.commerce",
    "stoa.commerce.gateways.embedded",
    "stoa.discovery",
    "stoa.subledger",
    "stoa.web.ui",
    "stoa.web.public",
    "stoa.web.account",
    "stoa.web.learner",
    "stoa.web.finance",
    "stoa.web.operations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "stoa.base.middleware.request_log",
    "stoa.base.middleware.client_address",
    "stoa.base.middleware.security_headers",
    "stoa.base.middleware.CompressPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "stoa.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "stoa.urls"
WSGI_APPLICATION = "stoa.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stoa.web.ui.context.page",
            ],
            "builtins": ["stoa.web.ui.templatetags.ui"],
        },
    },
]

DATABASES = {"default": dict(database.django_settings())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all server processes: rate limits and used one-time codes count nowhere else.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "base_shared_cache"},
    # This process alone: for what may be a little old and costs nothing to lose.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
# Not cached in a process's memory: a session that ended in one process must not live on in another.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_ADAPTER = "stoa.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "stoa.people.api.display_name_of"
ACCOUNT_SIGNUP_FORM_CLASS = "stoa.web.account.forms.SignUpFields"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_SESSION_REMEMBER = True
# A school sits behind one address: by address only floods are stopped, by account guessing is.
ACCOUNT_RATE_LIMITS = {"login": "200/m/ip", "login_failed": "60/m/ip,5/5m/key", "signup": "100/m/ip"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
# A language joins when its translation does; right-to-left follows from the language.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [SOURCE_FOLDER / "web" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_FOLDER / "media", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if environment.flag("STOA_HASHED_STATIC")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not environment.flag("STOA_HASHED_STATIC")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "stoa.web.refusals.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
BEHIND_PROXY = environment.flag("STOA_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("STOA_MAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_FOLDER / "mail"
EMAIL_HOST = environment.text("STOA_MAIL_HOST", "localhost")
EMAIL_PORT = environment.number("STOA_MAIL_PORT", 25, lowest=1, highest=65535)
EMAIL_HOST_USER = environment.text("STOA_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("STOA_MAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("STOA_MAIL_TLS")
DEFAULT_FROM_EMAIL = environment.text("STOA_MAIL_FROM", "Stoa <no-reply@stoa.example>")

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "stoa.base.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.choice("STOA_LOG_LEVEL", "WARNING", known=_LEVELS),
    },
    "loggers": {
        "stoa": {"level": environment.choice("STOA_LOG_LEVEL", "INFO", known=_LEVELS)},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

#: Signs the embedded payment gateway's webhooks; a real gateway's secret replaces it.
STOA_GATEWAY_WEBHOOK_SECRET = environment.text("STOA_GATEWAY_WEBHOOK_SECRET") or f"whsec_{SECRET_KEY[:32]}"
#: The company whose books these are, and the time zone its days are counted in.
STOA_ENTITY = environment.text("STOA_ENTITY", "stoa-us")
STOA_ENTITY_TIME_ZONE = environment.time_zone("STOA_ENTITY_TIME_ZONE")
#: Whether a course may be refunded after its certificate was earned (the certificate is withdrawn then).
STOA_REFUND_AFTER_CERTIFICATE = environment.flag("STOA_REFUND_AFTER_CERTIFICATE", True)
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # uniqueness of e-mail is a constraint on lower(email)
