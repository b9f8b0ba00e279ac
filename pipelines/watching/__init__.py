"""What people watch with: the metrics page and Grafana's dashboards, made from `pipelines.metrics`."""

from pipelines.watching.dashboards import dashboards
from pipelines.watching.page import metrics_page

__all__ = ["dashboards", "metrics_page"]
