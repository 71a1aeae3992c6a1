"""The similarity index (DESIGN.md section 6) behind `registry.ports.SimilarityIndex`."""

from typing import Final

BUCKET_CAP: Final = 2_000
# Rows of one scheme and key that a look-up reads, the lowest (work id, payload) first. A key shared by more
# is too common to tell works apart, and reading it whole would let one crowded key slow every query. Below
# the cap a search is exact; a work beyond it is still found by its other keys.
