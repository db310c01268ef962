"""Every table, imported so that the metadata knows it."""

import newsletter.archive.models
import newsletter.brands.models
import newsletter.delivery.models
import newsletter.desk.models
import newsletter.editions.models
import newsletter.gathering.models
import newsletter.host.models
import newsletter.intake.models
import newsletter.issues.models
import newsletter.letters.models
import newsletter.publications.models
import newsletter.tool_sources.models
import newsletter.tools.models
import newsletter.tracking.models
import newsletter.webhooks.models
import subscribers.kept.models
import subscribers.models
from newsletter.database import metadata

__all__ = ["metadata"]
