# ruff: noqa: DJ008
from django.db import models


class Site(models.Model):
    name = models.CharField(max_length=100)
    telephone = models.CharField(max_length=40)


class MenuSection(models.Model):
    title = models.CharField(max_length=200)
    ordering = models.PositiveIntegerField()


class MenuPage(models.Model):
    section = models.ForeignKey(MenuSection, on_delete=models.CASCADE, related_name="pages")
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    ordering = models.PositiveIntegerField()


class FooterLink(models.Model):
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    ordering = models.PositiveIntegerField()


class Reviewer(models.Model):
    name = models.CharField(max_length=100)


class Page(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT)


class Block(models.Model):
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="blocks")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    ordering = models.PositiveIntegerField()


class Item(models.Model):
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="items")
    text = models.TextField()
    ordering = models.PositiveIntegerField()
