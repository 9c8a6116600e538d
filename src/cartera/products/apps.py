from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "cartera.products"
    label = "products"
