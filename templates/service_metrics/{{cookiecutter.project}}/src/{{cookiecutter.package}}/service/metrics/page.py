"""The numbers as Prometheus' library writes them, with what each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from ..age import age_of, is_stale
from ..service import Service
from .counting import SECONDS
from .looking import Looking
from .totals import Totals
from .values import NUMBERS, RECORDS

HTTP = ("http_request_method", "http_route", "http_response_status_code")
COUNTERS = {
    "predictions_total": ("Records that were answered.", ()),
    "predictions_by_answer_total": ("Answers, by what was answered.", ("place", "answer")),
    "values_not_finite_total": ("Values of answers that were missing, NaN or infinite.", ()),
    "values_missing_total": ("Values of records that were null or left out.", ("field",)),
    "values_unusual_total": ("Values that the notebook's rows did not have.", ("field", "reason")),
    "metrics_overlooked_requests_total": ("Requests whose records were not looked at.", ()),
}
"""Name to what it is, and its labels."""
HISTOGRAMS = {
    "http_server_request_duration_seconds": ("Seconds until the answer was sent.", HTTP, SECONDS),
    "predict_wait_seconds": ("Seconds until it was a request's turn.", (), SECONDS),
    "predict_records": ("Records in a request that was answered.", (), RECORDS),
    "prediction_value": ("Answers that are numbers.", ("place",), NUMBERS),
}
"""Name to what it is, its labels, and the upper bounds of its buckets."""


class Page(Collector):
    """What is asked for all numbers, each time that somebody collects them."""

    def __init__(self, service: Service, looking: Looking) -> None:
        self._service = service
        self._looking = looking

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: what there is shows only when the service runs."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Yield all numbers."""
        totals = self._looking.totals()
        for name in COUNTERS:
            yield counter(name, *COUNTERS[name], totals)
        for name, (words, _) in self._service.counted.items():
            yield counter(name, words, (), totals)
        for name in HISTOGRAMS:
            yield histogram(name, totals)
        for name, (words, label, read) in self._service.gauges.items():
            family = GaugeMetricFamily(name, words, labels=(label,))
            for of, number in read().items():
                family.add_metric((of,), number)
            yield family
        yield from self._model()

    def _model(self) -> Iterator[Metric]:
        model, days = self._service.loaded, self._service.settings.model_max_age_days
        info = GaugeMetricFamily("model_info", "Which model is served.", labels=("version",))
        info.add_metric((model.version,), 1)
        yield info
        age = age_of(model)
        words = "Seconds since the model was trained, or since it was put here."
        yield GaugeMetricFamily("model_age_seconds", words, round(age))
        words = "1 if the model is older than MODEL_MAX_AGE_DAYS."
        yield GaugeMetricFamily("model_stale", words, int(is_stale(age, days)))


def counter(name: str, words: str, labels: Sequence[str], totals: Totals) -> Metric:
    """Return a counter with all its labels."""
    family = CounterMetricFamily(name, words, labels=labels)
    if not labels:
        family.add_metric((), totals.get((name, ()), [0.0])[0])
        return family
    for (found, values), numbers in totals.items():
        if found == name:
            family.add_metric(values, numbers[0])
    return family


def histogram(name: str, totals: Totals) -> Metric:
    """Return a histogram with all its labels; its buckets hold what is up to their bound."""
    words, labels, bounds = HISTOGRAMS[name]
    family = HistogramMetricFamily(name, words, labels=labels)
    for (found, values), numbers in totals.items():
        if found == name:
            up_to, buckets = 0.0, []
            for bound, number in zip((*bounds, float("inf")), numbers[:-1], strict=True):
                up_to += number
                buckets.append(("+Inf" if bound == float("inf") else str(float(bound)), up_to))
            family.add_metric(values, buckets, numbers[-1])
    return family
