from django.urls import path

from benchmarks.ordinary import views

urlpatterns = [path("<slug:slug>/", views.page)]
