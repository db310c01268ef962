"""compose.yaml, Dockerfile and Caddyfile hold the rules that compose.yaml states about itself.

Docker is not asked: a rule is held by what the files say.
"""

import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter.settings import Settings
from newsletter.web.limits.bodies import LARGER, MOST_BYTES

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
CADDYFILE = (ROOT / "Caddyfile").read_text("utf-8")
SECRET_WORDS = re.compile(r"password|secret|token|_url$", re.IGNORECASE)
EXACT = re.compile(r"[a-z/-]+:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")
SIZES = {"KB": 1000, "MB": 1000_000}

each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


@each_service
def test_a_service_has_no_way_to_more_than_it_was_given(service: Mapping[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert service["pids_limit"] > 0
    for forbidden in ("devices", "pid", "ipc", "network_mode", "userns_mode", "env_file"):
        assert forbidden not in service


@each_service
def test_nobody_is_root(service: Mapping[str, Any]) -> None:
    user, _, group = str(service["user"]).partition(":")
    assert int(user) > 0
    assert int(group) > 0


@each_service
def test_what_may_be_written_is_a_named_volume_or_bounded_memory(
    service: Mapping[str, Any],
) -> None:
    for volume in service.get("volumes", []):
        assert volume.partition(":")[0] in COMPOSE["volumes"], "no folder of the host"
    for tmpfs in service["tmpfs"]:
        assert re.search(r":size=\d+m,.*noexec,nosuid,nodev", tmpfs)


@each_service
def test_no_password_is_in_the_environment(service: Mapping[str, Any]) -> None:
    for name in service["environment"]:
        if SECRET_WORDS.search(name) and name != "NEWSLETTER_PUBLIC_URL":
            assert name.endswith("_FILE"), name
            secret = Path(service["environment"][name])
            assert secret.parent == Path("/run/secrets")
            assert secret.name in service["secrets"]


@each_service
def test_a_service_says_whether_it_is_well(service: Mapping[str, Any]) -> None:
    # `web` has the check of its image.
    check = service.get("healthcheck")
    assert check["test"] if check else "HEALTHCHECK" in DOCKERFILE
    assert service["restart"] == "unless-stopped"


def test_only_the_proxy_has_open_ports() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["proxy"]["ports"] == ["80:8080", "443:8443"]


def test_the_pages_believe_the_proxy_alone() -> None:
    [network] = SERVICES["proxy"]["networks"]
    address = SERVICES["proxy"]["networks"][network]["ipv4_address"]
    [pool] = COMPOSE["networks"][network]["ipam"]["config"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(pool["subnet"])
    trusted = SERVICES["web"]["environment"]["NEWSLETTER_TRUSTED_PROXIES"]
    assert Settings(trusted_proxies=trusted).proxies == (ipaddress.ip_network(address),)
    assert network in SERVICES["web"]["networks"]


def test_the_database_is_reached_by_who_needs_it_and_reaches_nobody() -> None:
    assert SERVICES["database"]["networks"] == ["rows"]
    assert COMPOSE["networks"]["rows"]["internal"] is True
    assert "rows" not in SERVICES["proxy"]["networks"]
    environment = SERVICES["database"]["environment"]
    assert "POSTGRES_HOST_AUTH_METHOD" not in environment
    assert "scram-sha-256" in environment["POSTGRES_INITDB_ARGS"]


def test_each_image_of_others_has_an_exact_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 3
    for image in images:
        assert EXACT.fullmatch(image), image


def test_each_target_that_is_built_ends_as_the_user_that_it_runs_as() -> None:
    stages = dict(
        re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL)
    )
    for service in SERVICES.values():
        if "build" in service:
            users = re.findall(r"^USER (\S+)$", stages[service["build"]["target"]], re.MULTILINE)
            assert users[-1] == service["user"]


def test_an_image_has_the_program_and_nothing_else() -> None:
    """No history of the code, no tests, and no settings of the machine that builds it."""
    copied = re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)
    assert set(copied) == {
        "Caddyfile", "requirements.lock", "newsletter", "subscribers", "templates"
    }  # fmt: skip
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", "tests", "secrets", "newsletter.toml", "*.sqlite3*"} <= set(ignored)


def test_the_proxy_takes_what_the_pages_take() -> None:
    """A smaller limit would cut lists off, a much larger one would carry storms to the pages."""
    sizes = [
        int(number) * SIZES[unit]
        for number, unit in re.findall(r"max_size (\d+)(KB|MB)", CADDYFILE)
    ]
    taken = [MOST_BYTES, LARGER["/desk/readers/import"], LARGER["/desk/sources/import"]]
    # Caddy's MB is a million; a list may have 500 times 1,048,576 bytes, and is cut here.
    assert sizes[0] >= taken[0]
    assert sizes[2] >= taken[2]
    assert sizes[0] < 2 * taken[0]
    for path in LARGER:
        assert path in CADDYFILE


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The files that the scripts read and write."""
    for name in ("compose.yaml", "Dockerfile", "bin/secrets", "bin/pin-images"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        words, cwd=folder, env=environment, text=True, capture_output=True, check=False
    )


def test_secrets_are_written_once_and_fit_together(copied: Path) -> None:
    assert run(copied, "bin/secrets").returncode == 2, "it must be told the relay"
    assert run(copied, "bin/secrets", "smtp://relay.example.org:587").returncode == 0
    files = {path.name: path.read_text().strip() for path in (copied / "secrets").iterdir()}
    assert set(files) == set(COMPOSE["secrets"])
    assert len(files["secret"]) == len(files["database_password"]) == 40
    assert f":{files['database_password']}@database/" in files["database_url"]
    assert (copied / "secrets").stat().st_mode & 0o777 == 0o700
    assert run(copied, "bin/secrets", "smtp://other.example").returncode == 0
    assert (copied / "secrets/relay_url").read_text().strip() == files["relay_url"]


def test_digests_are_added_to_each_image_of_others_and_to_nothing_else(copied: Path) -> None:
    docker = copied / "docker"  # a registry that knows each image
    docker.write_text(f"#!/bin/sh\necho sha256:{'0123456789abcdef' * 4}\n")
    docker.chmod(0o755)
    assert run(copied, "bin/pin-images", "--check").returncode == 1
    done = run(copied, "bin/pin-images")
    assert done.returncode == 0, done.stderr
    assert run(copied, "bin/pin-images", "--check").returncode == 0
    text = (copied / "Dockerfile").read_text() + (copied / "compose.yaml").read_text()
    assert text.count("@sha256:0123") == 3
    assert (
        yaml.safe_load((copied / "compose.yaml").read_text())["services"].keys() == SERVICES.keys()
    )


def test_a_registry_without_an_answer_changes_nothing(copied: Path) -> None:
    (copied / "docker").write_text("#!/bin/sh\necho unauthorized\n")
    (copied / "docker").chmod(0o755)
    assert run(copied, "bin/pin-images").returncode == 1
    assert "@sha256" not in (copied / "Dockerfile").read_text()
