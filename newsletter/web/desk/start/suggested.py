"""Sources that a new publication is offered. None is added, and none is asked, without a yes."""

from collections.abc import Sequence

from newsletter.gathering.sources import NewSource

SUGGESTED: Sequence[NewSource] = (
    NewSource("https://openai.com/news/rss.xml", "OpenAI News"),
    NewSource("https://deepmind.google/blog/rss.xml", "Google DeepMind"),
    NewSource("https://research.google/blog/rss/", "Google Research"),
    NewSource("https://huggingface.co/blog/feed.xml", "Hugging Face"),
    NewSource("https://bair.berkeley.edu/blog/feed.xml", "Berkeley AI Research"),
    NewSource(
        "https://www.technologyreview.com/topic/artificial-intelligence/feed",
        "MIT Technology Review, AI",
    ),
    NewSource("https://arstechnica.com/ai/feed/", "Ars Technica, AI"),
    NewSource("https://importai.substack.com/feed", "Import AI"),
    NewSource("https://www.interconnects.ai/feed", "Interconnects"),
    NewSource("https://simonwillison.net/atom/everything/", "Simon Willison"),
)
