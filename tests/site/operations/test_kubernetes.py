"""What deploy/kubernetes brings: closed pods, probes that there are, and no secret."""

import re

import pytest
import yaml
from django.conf import settings

from clinic_site.operations.watching.probes import PROBE_PATHS

FOLDER = settings.BASE_DIR / "deploy/kubernetes"
CONTAINERFILE = (settings.BASE_DIR / "deploy/Containerfile").read_text()
FILES = sorted(FOLDER.glob("*.yaml"))
PARTS = [part for file in FILES for part in yaml.safe_load_all(file.read_text())]
PODS = {
    part["metadata"]["name"]: part["spec"]["template"]["spec"]
    for part in PARTS
    if "template" in part.get("spec", {})
}
CONTAINERS = [
    pytest.param(pod, container, id=f"{name}-{container['name']}")
    for name, pod in PODS.items()
    for container in [*pod.get("initContainers", []), *pod["containers"]]
]
each_container = pytest.mark.parametrize(("pod", "container"), CONTAINERS)


def part(kind, name):
    [found] = [p for p in PARTS if p["kind"] == kind and p.get("metadata", {}).get("name") == name]
    return found["spec"]


def test_there_are_two_web_pods_two_mail_pods_and_a_job():
    assert set(PODS) == {"clinic-web", "clinic-mail", "clinic-prepare"}
    for name in ("clinic-web", "clinic-mail"):
        assert part("Deployment", name)["replicas"] == 2
        assert part("PodDisruptionBudget", name)["minAvailable"] == 1


def test_every_file_is_applied():
    listed = next(part for part in PARTS if part["kind"] == "Kustomization")["resources"]
    assert {*listed, "kustomization.yaml"} == {file.name for file in FILES}


@each_container
def test_a_container_may_do_nothing_but_its_work(pod, container):
    user = int(re.search(r"useradd .*--uid (\d+)", CONTAINERFILE)[1])
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    told = pod["securityContext"]
    assert (told["runAsNonRoot"], told["runAsUser"], told["fsGroup"]) == (True, user, user)
    assert told["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False


@each_container
def test_what_it_writes_goes_with_the_pod_and_has_a_limit(pod, container):
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    for mount in container["volumeMounts"]:
        volume = volumes[mount["name"]]
        assert mount.get("readOnly") or volume["emptyDir"]["sizeLimit"]
    assert container["resources"]["limits"]["memory"]


@each_container
def test_settings_come_from_a_file_and_no_secret_stands_in_a_manifest(pod, container):
    secrets = [v["secret"]["secretName"] for v in pod["volumes"] if "secret" in v]
    assert secrets == ["clinic-settings"]
    names = {each["name"] for each in container["env"]}
    assert names <= {"CLINIC_ENV_FILE", "VAR_DIR", "PREPARE", "BIND", "PORT"}
    assert "envFrom" not in container


def test_no_secret_is_a_part():
    assert "Secret" not in {part["kind"] for part in PARTS}
    assert not re.search(r"[A-Za-z0-9_-]{43}=", "".join(file.read_text() for file in FILES))


def test_a_web_pod_is_asked_at_addresses_that_there_are():
    [web] = PODS["clinic-web"]["containers"]
    asked = {name: web[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    assert {probe["path"] for probe in asked.values()} <= PROBE_PATHS
    assert {probe["port"] for probe in asked.values()} == {web["ports"][0]["name"]}


def test_while_the_database_is_away_no_pod_is_taken_out():
    [web] = PODS["clinic-web"]["containers"]
    asked = [
        web[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")
    ]
    assert asked == ["/readyz", "/livez", "/livez"]


def test_tables_are_changed_by_the_job_alone():
    [web] = PODS["clinic-web"]["containers"]
    assert {"name": "PREPARE", "value": "0"} in web["env"]
    assert PODS["clinic-prepare"]["containers"][0]["args"] == ["prepare"]


def test_services_and_rules_find_their_pods():
    def labels(deployment):
        return part("Deployment", deployment)["template"]["metadata"]["labels"]

    for name in ("clinic-web", "clinic-mail"):
        assert part("Deployment", name)["selector"]["matchLabels"] == labels(name)
        assert part("PodDisruptionBudget", name)["selector"]["matchLabels"] == labels(name)
    assert part("Service", "clinic-web")["selector"] == labels("clinic-web")
    way_in = part("NetworkPolicy", "clinic-from-ingress")
    assert way_in["podSelector"]["matchLabels"] == labels("clinic-web")


def test_nobody_reaches_a_pod_that_no_rule_names():
    closed = part("NetworkPolicy", "clinic-closed")
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_pod_finishes_what_it_is_at():
    graceful = 30 + 5  # of gunicorn, and until the service has forgotten the pod
    assert PODS["clinic-web"]["terminationGracePeriodSeconds"] > graceful
    assert PODS["clinic-mail"]["terminationGracePeriodSeconds"] > 60  # EMAIL_TIMEOUT
