"""Pure. A browser as a person knows it: "Firefox on Windows"."""

# Marks in what a browser calls itself. The first that is there counts: nearly all name Chrome and
# Safari besides, and an iPhone names the Mac.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac", "a Mac"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Return what to call a browser that names itself so; as it does, if nothing is known of it."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if not browser:
        return agent or "A browser without a name"
    return f"{browser} on {system}" if system else browser
