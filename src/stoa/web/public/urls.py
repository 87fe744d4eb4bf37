"""Addresses of the public pages."""

from django.urls import URLPattern, URLResolver, path

from stoa.web.public import courses, feeds, finding, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", finding.home, name="home"),
    path("search", finding.search, name="search"),
    path("browse", finding.browse, name="browse"),
    path("topics/<slug:slug>", finding.topic, name="topic"),
    path("courses/<slug:slug>", courses.course, name="course"),
    path("partners", courses.partners, name="partners"),
    path("partners/<slug:slug>", courses.partner, name="partner"),
    path("covers/<slug:slug>.svg", feeds.cover, name="cover"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    path("help", pages.help_page, name="help"),
    path("legal/<slug:name>", pages.legal, name="legal"),
]
