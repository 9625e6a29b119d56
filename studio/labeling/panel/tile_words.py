"""What the tiles of the Label screen say, and the line below them."""

from collections.abc import Mapping
from typing import NamedTuple

from studio.labeling.doubts import Doubt, in_words
from studio.labeling.panel.shown_images import Shown
from studio.labeling.panel.suggestions import Suggestions
from studio.project.items import Item
from studio.text import tr
from studio.widgets.tiles import label_caption


class TileWords(NamedTuple):
    """shown: the images. doubts: of those whose labels may be wrong, by their ids. is_blind: the second reader looks,
    who does not see what the first one said."""

    shown: Shown
    doubts: Mapping[int, Doubt]
    suggestions: Suggestions
    is_blind: bool

    def caption(self, item: Item) -> str:
        if self.is_blind:
            return self.shown.second.get(item.id) or tr("not read")
        if self.shown.second:
            return f"{label_caption(item)} / {self.shown.second.get(item.id, '')}"
        if item.id in self.doubts:
            return tr("{label}, or {other}?", label=item.label, other=self.doubts[item.id].likelier)
        suggestion = self.suggestions.get(item.id)
        if suggestion is None or item.label is not None:
            return label_caption(item)
        return tr("{label}?", label=suggestion.label)

    def badge(self, item: Item) -> str:
        if item.id in self.doubts:
            return f"{self.doubts[item.id].probability:.0%}"
        suggestion = None if self.is_blind or item.label is not None else self.suggestions.get(item.id)
        return "" if suggestion is None else f"{suggestion.confidence:.0%}"

    def hint(self, is_judging: bool) -> str:
        """Which keys do what. is_judging: the labels in doubt are being looked for."""
        if self.is_blind:
            return tr("Select images and press the key of their class. Space goes to the next one that is not read.")
        if self.shown.second:
            return tr("The key of a class decides between the readers, Space goes to the next.")
        if self.shown.doubts is not None and is_judging:
            return tr("Looking for labels that may be wrong…")
        if self.shown.doubts is not None:
            keys = tr("The key of a class corrects a label, K says that it is right, Space goes to the next.")
            return f"{in_words(self.shown.doubts)} {keys}" if self.doubts else in_words(self.shown.doubts)
        if self.suggestions:
            return tr("Space goes to the next unsure suggestion; the key of a class corrects it.")
        return tr("Select images and press the key of their class. Space goes to the next one without a label.")
