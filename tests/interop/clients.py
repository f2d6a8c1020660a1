"""Other people's clients of Resource Manager, in the versions that are tried, each in an environment of its own."""

from __future__ import annotations

import re
import zipfile

from interop.environments import Environment

from support.collection_tree import BUILD

PLACE = BUILD / "interop"


class AzureCollection(Environment):
    """azure.azcollection out of the package ansible, with that part of its requirements that its modules import.

    All of them are imported in one file, and every module fails when one import does.
    """

    def install(self) -> None:
        ansible, *others = self.requirements
        self.pip("download", "--no-deps", "--dest", str(self.place / "download"), ansible)
        (wheel,) = (self.place / "download").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.startswith("ansible_collections/azure/azcollection/")]
            archive.extractall(self.place / "collections", names)
        wheel.unlink()
        self.pip("install", *others, *self._imported())
        (packages,) = self.place.glob("lib/python*/site-packages")
        (packages / "sitecustomize.py").write_text(LOOK_UP_CLOUD, encoding="utf-8")

    def _imported(self) -> list[str]:
        folder = self.place / "collections/ansible_collections/azure/azcollection"
        code = (folder / "plugins/module_utils/azure_rm_common.py").read_text(encoding="utf-8")
        wanted = []
        for line in (folder / "requirements.txt").read_text(encoding="utf-8").split():
            module = re.split("[=><]", line)[0].removesuffix("-sdk").replace("-", ".")
            # azure-core and azure-common come with the others, but not in the version that is asked for.
            always = module in ("azure.core", "azure.common")
            if always or re.search(rf"^ *(?:from|import) {re.escape(module)}\b", code, re.MULTILINE):
                wanted.append(line)
        return wanted


# Given a Resource Manager's URL the collection asks azure-cli-core for the rest, by a function that it never had.
LOOK_UP_CLOUD = '''\
"""The function that azure.azcollection expects in azure-cli-core."""
try:
    from azure.cli.core import cloud
except ImportError:
    pass  # while the environment is made
else:

    def get_cloud_from_metadata_endpoint(url):
        import requests

        url = url.rstrip("/")
        found = requests.get(url + "/metadata/endpoints?api-version=2022-09-01", timeout=30).json()
        endpoints = cloud.CloudEndpoints(
            management=url + "/",
            resource_manager=found["resourceManager"],
            active_directory=found["authentication"]["loginEndpoint"],
            active_directory_resource_id=found["authentication"]["audiences"][0],
        )
        return cloud.Cloud(found["name"], endpoints=endpoints)

    cloud.get_cloud_from_metadata_endpoint = get_cloud_from_metadata_endpoint
'''

CLIENTS: dict[str, Environment] = {
    "az": Environment(PLACE / "az", ["azure-cli==2.91.0"]),
    "azcollection": AzureCollection(PLACE / "azcollection", ["ansible==12.3.0", "ansible-core==2.19.14"]),
    "sdk-33": Environment(
        PLACE / "sdk-33", ["azure-mgmt-compute==33.0.0", "azure-core==1.31.0", "azure-identity==1.19.0"]
    ),
    "sdk-39": Environment(
        PLACE / "sdk-39", ["azure-mgmt-compute==39.0.0", "azure-core==1.41.0", "azure-identity==1.27.0"]
    ),
}
