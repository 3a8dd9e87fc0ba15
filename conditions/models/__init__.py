"""Pages as staff edit them, publications as the public reads them."""

from conditions.models.feedback import Feedback
from conditions.models.lists import (
    GlossaryTerm,
    Image,
    Instructs,
    Passage,
    Source,
    Stage,
    Synonym,
    instructs_field,
)
from conditions.models.pages import (
    PUBLIC_SECTIONS,
    SITE_PAGES,
    Citation,
    KeyFact,
    Page,
    Section,
    address_of,
)
from conditions.models.prepared import PreparedPage
from conditions.models.publications import (
    Publication,
    PublicationQuerySet,
    later_decision,
    menu_now,
    publication_at,
)
from conditions.models.releases import ReleaseDecision, StarterLoad
from conditions.models.reviews import FactDecision, Review, ReviewFact

__all__ = [
    "PUBLIC_SECTIONS",
    "SITE_PAGES",
    "Citation",
    "FactDecision",
    "Feedback",
    "GlossaryTerm",
    "Image",
    "Instructs",
    "KeyFact",
    "Page",
    "Passage",
    "PreparedPage",
    "Publication",
    "PublicationQuerySet",
    "ReleaseDecision",
    "Review",
    "ReviewFact",
    "Section",
    "Source",
    "Stage",
    "StarterLoad",
    "Synonym",
    "address_of",
    "instructs_field",
    "later_decision",
    "menu_now",
    "publication_at",
]
