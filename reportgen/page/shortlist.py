"""What the script needs of features that a reader may put on the shortlist."""

from collections.abc import Iterable
from typing import Any

from reportgen.page.cards import FeatureCard, ProbeCard
from reportgen.page.links import neuronpedia_url
from reportgen.page.states import Reach
from reportgen.sheets import ReportSheet, StripSheet

__all__ = ["listing_of"]


def listing_of(
    report: ReportSheet, probes: Iterable[ProbeCard], features: Iterable[FeatureCard]
) -> dict[str, Any]:
    """Return, by id, what can be listed of each feature with a row of its own.

    `neuronpedia` is what its page of a list takes; `maxima` has the max in each probe, one for each
    state of the switches where they differ.
    """
    reach = Reach.of(report)
    found: dict[str, Any] = {}
    sheets = [strip for card in probes for strip in (*card.sheet.rows, *card.sheet.other_rows)]
    for sheet in (*sheets, *(card.sheet for card in features)):
        entry = found.setdefault(sheet.name.id, {**_neuronpedia(sheet), "maxima": {}})
        for line in sheet.token_rows:
            maxima = [line.states[place].max_value for place in reach.places]
            same = len(set(maxima)) == 1
            entry["maxima"][line.probe] = maxima[0] if same else maxima
    return found


def _neuronpedia(sheet: StripSheet) -> dict[str, Any]:
    """Return a feature as Neuronpedia's lists name it, if it has a page there."""
    feature = sheet.feature
    if not neuronpedia_url(feature):
        return {}
    named = {"modelId": feature.model, "layer": feature.source, "index": str(feature.index)}
    return {"neuronpedia": named}
