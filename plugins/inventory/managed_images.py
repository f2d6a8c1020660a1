# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: managed_images
short_description: Use managed images as hosts, with the state of their migration
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Adds a host for each managed image (C(Microsoft.Compute/images)) of the subscription, or of the resource groups in
    O(resource_groups).
  - The name of the inventory file has to end in C(managed_images.azure_gallery.yml) or
    C(managed_images.azure_gallery.yaml).
  - Each host has the variables C(managed_image) (a mapping with C(id), C(name), C(resource_group),
    C(subscription_id), C(location), C(tags), C(os_type), C(hyper_v_generation), C(disks), C(provisioning_state) and
    the other keys that M(cloudimages.azure_gallery.managed_image_info) returns), C(clone_managed_image_source) (the
    ID, for the role P(cloudimages.azure_gallery.clone_managed_image#role)), C(ansible_connection=local), and
    C(ansible_python_interpreter), which is the Python that runs Ansible.
  - With O(galleries), each host also has the variable C(migration) with the keys C(state), C(verified) and C(versions), and
    belongs to one of the groups C(migration_unmigrated), C(migration_replicating), C(migration_migrated) and
    C(migration_failed). It also belongs to C(migration_verified) if C(migration.verified) is V(true).
  - The plugin sends only list requests. It lists the images, the image definitions of each of the O(galleries), and
    the versions of each of these definitions.
  - If a list request fails, the whole inventory source fails, so the inventory is never incomplete. By default
    Ansible then only warns. Set C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) to make it fail.
  - Values from Azure are never used as templates.
extends_documentation_fragment:
  - cloudimages.azure_gallery.azure
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - cloudimages.azure_gallery.managed_images
  resource_groups:
    description:
      - The names of the resource groups to list images of. Each of them has to exist.
      - If unset, the images of the whole subscription are listed.
    type: list
    elements: str
  include_filters:
    description:
      - The images to include. If it is empty, all images are included. Otherwise an image has to match one of the
        entries.
      - An image matches an entry if it matches all keys of the entry. It matches a key if it matches one of the key's
        values.
      - Each value is a string or a list of strings.
    type: list
    elements: dict
    default: []
    suboptions: &filter
      names:
        description:
          - Case-insensitive patterns of image names. A shell pattern, such as V(web-*), has to match the whole name.
          - A value that begins with V(~), such as V(~web-[0-9]+$), is a regular expression that has to match from the
            beginning of the name.
        type: list
        elements: str
      resource_groups:
        description: Patterns of resource group names, as in C(names).
        type: list
        elements: str
      locations:
        description: Regions, as short or display names (V(eastus2) or V(East US 2)).
        type: list
        elements: str
      os_types:
        description: OS types, V(Linux) or V(Windows).
        type: list
        elements: str
      tags:
        description:
          - Tags that the image needs, a mapping of names to patterns or lists of patterns. The image has to match all
            of them.
          - Tag names are case-insensitive, values are case-sensitive. The pattern V(*) matches every value of an
            existing tag.
        type: dict
  exclude_filters:
    description:
      - The images to exclude. An image that matches one of the entries is excluded, even if it matches
        O(include_filters).
      - The entries have the format of O(include_filters).
    type: list
    elements: dict
    default: []
    suboptions: *filter
  galleries:
    description:
      - The galleries that the images are migrated to. Each entry is the name of a gallery of the subscription, its
        ID, or a mapping with C(name), C(resource_group) and, for a gallery of another subscription,
        C(subscription_id).
      - If a gallery does not exist yet, the plugin warns and treats it as empty.
      - C(migration.state) is V(migrated) if one version of the image is C(Succeeded), or else V(replicating) if one
        is C(Creating), C(Updating) or C(Migrating), or else V(failed) if one is C(Failed), or else V(unmigrated).
      - Versions that are C(Deleting) do not count. Neither do versions that were created before the image was rebuilt
        under the same name, as their tag C(source_fingerprint) shows.
      - The state does not include the replication status, which lists do not contain. A version that is C(Succeeded)
        may have failed in a region.
      - C(migration.verified) is V(true) if one of the C(Succeeded) versions of the current image is verified, as its
        tags C(verified_at) and C(verified_published) show. The tags are valid only if C(verified_published) equals
        the version's published date.
      - C(migration.versions) lists all versions of the image in these galleries, each with C(id), C(name),
        C(resource_group), C(gallery_name), C(image_definition_name), C(location), C(provisioning_state),
        C(published_date), C(exclude_from_latest), C(source_rebuilt) and C(verified).
    type: list
    elements: raw
    default: []
  hostnames:
    description:
      - Jinja2 expressions for the host name, in order of preference. The first result that is not empty is used, or
        else the image name.
      - Expressions that fail are skipped. With O(strict=true) they are errors.
      - If several images would get the same host name, ignoring case, or if the name would be C(localhost),
        C(127.0.0.1), C(all) or C(ungrouped), the hosts are named C(<name>_<resource group>).
      - If another inventory source has a host of the same name for a different image, the plugin fails.
      - If O(groups) or O(keyed_groups) would create a group with the name of a host, the group is named C(<name>_group), and
        the plugin warns.
      - Characters other than letters, digits and C(_.-(\)) are replaced by underscores.
    type: list
    elements: str
    default: [name]
notes:
  - Expressions in O(hostnames), O(compose), O(groups) and O(keyed_groups) can use the host's variables and the keys
    of C(managed_image), such as C(location), C(os_type) and C(tags).
  - The plugin's own options and those for signing in can be templates with extra variables and lookups.
  - Unknown options are errors.
  - The cache contains the lists from Azure and no credentials. Subscription, cloud, tenant, client,
    O(resource_groups) and O(galleries) are part of the cache key. Filters are applied after the cache is read.
  - With a cache, the migration groups are as old as the cache. Use C(ansible-playbook --flush-cache) to update them.
seealso:
  - module: cloudimages.azure_gallery.managed_image_info
    description: Get managed images in a task.
  - module: cloudimages.azure_gallery.image_version_info
    description: Get the replication status of versions.
"""

EXAMPLES = r"""
# Every managed image of the subscription. The credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.
# File: managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images

# With galleries, to migrate the remaining images: ansible-playbook --limit migration_unmigrated ...
# File: left.managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images
resource_groups:
  - myResourceGroup
galleries:
  - resource_group: myResourceGroup
    name: myGallery

# Linux images of two regions and all images of one team, except some by name or tag.
# File: some.managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images
include_filters:
  - os_types: Linux
    locations:
      - southcentralus
      - East US 2
  - tags:
      team: platform
exclude_filters:
  - names:
      - "*-test"
      - ~tmp[0-9]+$
  - tags:
      retired: "*"

# Custom host names, groups and variables. Every expression can use the keys of managed_image.
# File: grouped.managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images
hostnames:
  - tags.hostname
  - name ~ '-' ~ location
keyed_groups:
  - prefix: os
    key: os_type
  - prefix: tag
    key: tags
groups:
  large: disks | map(attribute='size_gb') | select('number') | sum > 100
  ready: provisioning_state == 'Succeeded'
compose:
  clone_managed_image_tags: tags
  clone_managed_image_definition: "{'publisher': 'myPublisher', 'offer': 'myOffer', 'sku': name}"

# Separate credentials, and a cache.
# File: cached.managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images
subscription_id: 00000000-0000-0000-0000-000000000000
tenant: "{{ lookup('ansible.builtin.env', 'READER_TENANT') }}"
client_id: "{{ lookup('ansible.builtin.env', 'READER_CLIENT_ID') }}"
secret: "{{ lookup('ansible.builtin.env', 'READER_SECRET') }}"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.ansible/tmp/managed_images
cache_timeout: 600
"""

import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, to_safe_group_name
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._inventory import hosts as rules
from ..module_utils._inventory.filters import is_meant, read_filters
from ..module_utils._inventory.listing import OPTIONS, cache_key, listed, refuse_unknown
from ..module_utils._resources.errors import GalleryError
from ..module_utils._resources.text import message
from ..module_utils._run.context import Context

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 every string is a template unless marked unsafe

    def trust_as_template(value: str) -> str:
        return value


Variables = dict[str, t.Any]
SUFFIXES = ("managed_images.azure_gallery.yml", "managed_images.azure_gallery.yaml")


def _failure(text: str) -> AnsibleParserError:
    """An error with a text that cannot control the terminal, as it may contain names and tags of images."""
    return AnsibleParserError(message(text))


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Fetches plain data, builds all hosts from it, and then adds them."""

    NAME = "cloudimages.azure_gallery.managed_images"

    def verify_file(self, path: str) -> bool:
        """Whether the file belongs to this plugin."""
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add all images, or fail without adding any."""
        super().parse(inventory, loader, path, cache)
        try:
            self._read_config_data(path)
            # Parsed before the first request to Azure.
            include, exclude = (
                read_filters(self.get_option(name), name) for name in ("include_filters", "exclude_filters")
            )
            data = self._fetch(path, cache)
            images = [item for item in data["images"] if is_meant(item["image"], include, exclude)]
            hosts = self._build(images, data["versions"])
        except GalleryError as error:
            raise _failure(error.message) from None
        except AnsibleError:
            raise
        except Exception as error:
            raise _failure(
                f"Unexpected error in the inventory plugin {self.NAME} ({type(error).__name__}). Report it at "
                "https://github.com/cloudimages/azure_gallery/issues with the inventory file and the output of -vvv."
            ) from error
        self._populate(hosts)

    # Options

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Resolve templates and treat empty strings as unset."""
        if direct:
            refuse_unknown(direct, {*self.option_definitions, "plugin"})
            self.templar.available_variables = self._vars or {}
            own = {name: self.templar.template(direct[name]) for name in OPTIONS if name in direct}
            unset = {
                name for name, value in own.items() if value is None or (isinstance(value, str) and not value.strip())
            }
            direct = {name: own.get(name, value) for name, value in direct.items() if name not in unset}
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    # Fetch

    def _fetch(self, path: str, cache: bool) -> Variables:
        """The result of listed(), from the cache if it may be used."""
        context = Context(
            params={name: self.get_option(name) for name in OPTIONS},
            check_mode=True,  # allows only reading
            progress=lambda line: self.display.display(line, stderr=True),
            debug=self.display.vvv,
        )
        try:
            key = f"{self.get_cache_key(path)}_{cache_key(context)}" if self.get_option("cache") else None
            data = self._cache.get(key) if key and cache else None
            if data is None:
                self.display.vvv(f"{path}: not read from a cache")
                data = listed(context)
                if key:
                    self._cache[key] = data
        finally:
            context.close()
        for gallery in data["missing"]:
            self.display.warning(f"The {gallery} does not exist. It is treated as empty.")
        for problem in data["problems"]:
            self.display.warning(f"{problem} Only the tag source_fingerprint shows whether an image was rebuilt since.")
        return t.cast("Variables", data)

    # Build

    def _build(self, images: list[Variables], versions: list[Variables]) -> dict[str, Variables]:
        """The variables of every host, by its name."""
        variables = [
            {"managed_image": item["image"], "clone_managed_image_source": item["image"]["id"]} for item in images
        ]
        if self.get_option("galleries"):
            for found, migration in zip(variables, rules.migrations(images, versions), strict=True):
                found["migration"] = migration
        # Values from Azure are never templates. Newer versions of ansible-core do this for all plugins.
        variables = [wrap_var(found) for found in variables]
        names = rules.unique_names([self._wanted_name(found) for found in variables], images)
        return dict(sorted(zip(names, variables, strict=True)))

    def _wanted_name(self, variables: Variables) -> str:
        """The first result of `hostnames` that is not empty, or else the image name."""
        for expression in self.get_option("hostnames"):
            try:
                value = self._compose(expression, _namespace(variables))
            except Exception as error:
                if self.get_option("strict"):
                    raise _failure(
                        f"Could not evaluate hostnames {expression!r} for {variables['managed_image']['id']}: {error}"
                    ) from error
                continue
            if value is not None and str(value).strip():
                return str(value)
        return str(variables["managed_image"]["name"])

    # Populate

    def _populate(self, hosts: dict[str, Variables]) -> None:
        """Add the hosts. If an expression fails, remove all of them again."""
        before = dict(self.inventory.hosts)
        for name in hosts.keys() & before.keys():
            self._refuse_another(before[name], hosts[name]["managed_image"])
        if self.get_option("galleries"):
            for state in (*rules.MIGRATION_STATES, rules.VERIFIED):
                self.inventory.add_group(f"migration_{state}")
        self._refuse_groups(hosts)
        self._taken = {*before, *hosts}
        try:
            for name, variables in hosts.items():
                self._add(name, variables)
        except Exception:
            for name in self.inventory.hosts.keys() - before.keys():
                self.inventory.remove_host(self.inventory.hosts[name])
            raise

    def _refuse_another(self, host: t.Any, image: Variables) -> None:
        """Two sources may list the same image, but a host cannot be two images."""
        other = host.vars.get("managed_image") or image
        if str(other["id"]).lower() != str(image["id"]).lower():
            raise _failure(
                f"The host {host.name} is the image {other['id']} in another inventory source, and cannot also be "
                f"{image['id']}. Set hostnames in one of the sources, such as: hostnames: [\"name ~ '_' ~ subscription_id\"]"
            )

    def _refuse_groups(self, hosts: t.Collection[str]) -> None:
        """A group with the name of a host would get the host's variables."""
        for name in sorted(self.inventory.groups.keys() & set(hosts)):
            raise _failure(
                f"{name} would be both a host and a group, which Ansible cannot distinguish. Rename the group, which another "
                "inventory source contains, or set hostnames."
            )

    def _sanitize_group_name(self, name: str) -> str:
        """The name of a composed group, which must not be the name of a host."""
        safe = found = str(to_safe_group_name(name))
        while found in self._taken:
            found += "_group"
        if found != safe:
            self.display.warning(
                message(
                    f"The group {safe} is named {found}, because a host is named {safe}. Set a prefix in keyed_groups, rename "
                    "the group, or set hostnames."
                )
            )
        return found

    def _add(self, name: str, variables: Variables) -> None:
        migration = variables.get("migration")
        self.inventory.add_host(name, group=f"migration_{migration['state']}" if migration else None)
        if migration and migration[rules.VERIFIED]:
            self.inventory.add_host(name, group=f"migration_{rules.VERIFIED}")
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, value)
        self.inventory.set_variable(name, "ansible_connection", trust_as_template("local"))
        self.inventory.set_variable(
            name, "ansible_python_interpreter", trust_as_template("{{ ansible_playbook_python }}")
        )
        strict, known = self.get_option("strict"), _namespace(variables)
        self._set_composite_vars(self.get_option("compose"), known, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)


def _namespace(variables: Variables) -> Variables:
    """The variables of expressions: the keys of managed_image and the host's variables."""
    return {**variables["managed_image"], **variables}
