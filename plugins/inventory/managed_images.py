# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: managed_images
short_description: Managed images as hosts, with the state of their migration
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Makes every managed image (C(Microsoft.Compute/images)) of a subscription, or of the resource groups in
    O(resource_groups), a host.
  - Its file has to end in C(managed_images.azure_gallery.yml) or C(managed_images.azure_gallery.yaml).
  - Each host has the variables C(managed_image) (a mapping with C(id), C(name), C(resource_group),
    C(subscription_id), C(location), C(tags), C(os_type), C(hyper_v_generation), C(disks), C(provisioning_state) and
    the other keys that M(cloudimages.azure_gallery.managed_image_info) returns), C(clone_managed_image_source) (the
    ID, for the role P(cloudimages.azure_gallery.clone_managed_image#role)), C(ansible_connection=local), and
    C(ansible_python_interpreter), which is the Python that runs Ansible.
  - With O(galleries), each host has the variable C(migration) too, with C(state) and C(versions), and is in one of
    the groups C(migration_unmigrated), C(migration_replicating), C(migration_migrated) and C(migration_failed).
  - Nothing is read one by one. There is one call for each page of a list of images, one for the image definitions of
    each of the O(galleries), and one for the versions of each of these definitions.
  - When anything cannot be listed, the whole source fails, so that there is never a part of the images.
  - What Azure says is never used as a template.
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
      - The names of the resource groups whose images are listed. Each of them has to exist.
      - If unset, the images of the whole subscription are listed.
    type: list
    elements: str
  include_filters:
    description:
      - Which images become hosts. An image has to match one of the entries, or any image is taken if there are none.
      - An image matches an entry when it matches each key of it, and a key when it matches one of its values.
      - Each value is a text or a list of texts.
    type: list
    elements: dict
    default: []
    suboptions: &filter
      names:
        description:
          - Patterns of image names, compared without case. They are shell patterns, such as V(web-*), which have to
            match the whole name.
          - What begins with V(~) is a regular expression, such as V(~web-[0-9]+$), which has to match from the
            beginning of the name.
        type: list
        elements: str
      resource_groups:
        description: Patterns of the names of resource groups, like those of image names.
        type: list
        elements: str
      locations:
        description: Regions, in any spelling (V(East US 2) or V(eastus2)).
        type: list
        elements: str
      os_types:
        description: Operating systems, V(Linux) or V(Windows).
        type: list
        elements: str
      tags:
        description:
          - Tags that the image has to have, all of them, with a pattern or a list of patterns for the value.
          - The names of tags are compared without case, their values with case. The value V(*) is matched by
            every value of a tag that is there.
        type: dict
  exclude_filters:
    description:
      - Which images do not become hosts. An image that matches one of the entries is left out, also if it matches
        O(include_filters).
      - The entries are like those of O(include_filters).
    type: list
    elements: dict
    default: []
    suboptions: *filter
  galleries:
    description:
      - The galleries that the images are migrated to. Each entry is the name of a gallery of the subscription, its
        ID, or a mapping with C(name), C(resource_group) and, for a gallery of another subscription,
        C(subscription_id).
      - A gallery that does not exist yet has no versions. There is a warning that names it.
      - The state C(migration.state) of an image is that of the best of the versions that were made from it, in this
        order. It is V(migrated) if one is C(Succeeded), V(replicating) if one is C(Creating), C(Updating) or
        C(Migrating), V(failed) if one is C(Failed), and V(unmigrated) if there is none.
      - A version that is C(Deleting) does not count. One that was made before the image was rebuilt under its name,
        as its tag C(source_fingerprint) tells, does not count either.
      - A list does not tell whether a version that is C(Succeeded) has arrived in each of its regions.
      - C(migration.versions) are all versions that were made from the image, in these galleries, each with C(id),
        C(name), C(resource_group), C(gallery_name), C(image_definition_name), C(location), C(provisioning_state),
        C(published_date), C(exclude_from_latest) and C(source_rebuilt).
    type: list
    elements: raw
    default: []
  hostnames:
    description:
      - Jinja2 expressions for the name of a host, in order of preference. The first that gives a text which is not
        empty is used, and the image's name if there is none.
      - An expression that fails is passed over, or an error with O(strict=true).
      - All images that would share a name, compared without case, are called C(<name>_<resource group>). So is one
        that would be called C(localhost), C(127.0.0.1), C(all) or C(ungrouped).
      - A host of another inventory source that is another image by the same name is an error.
      - Characters that are no letter or digit and none of C(_.-(\)) become underscores.
    type: list
    elements: str
    default: [name]
notes:
  - In O(hostnames), O(compose), O(groups) and O(keyed_groups), the keys of C(managed_image), such as C(location),
    C(os_type) and C(tags), can be used beside the variables of the host.
  - The options of this plugin alone and those for signing in may be templates, which can use extra variables and
    lookups.
  - An option that the plugin does not have is an error.
  - The cache holds what Azure has listed, and no credentials. It is kept apart by subscription, cloud, tenant,
    client, O(resource_groups) and O(galleries). The filters are applied to what the cache holds.
  - With a cache, the groups of migration are as old as the cache. C(ansible-playbook --flush-cache) reads them anew.
seealso:
  - module: cloudimages.azure_gallery.managed_image_info
    description: Gets managed images in a task.
  - module: cloudimages.azure_gallery.image_version_info
    description: Tells whether a version has arrived in its regions.
"""

EXAMPLES = r"""
# Every managed image of the subscription. The credentials come from the environment (AZURE_CLIENT_ID and so on),
# from ~/.azure/credentials or from the Azure CLI.
# File: managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images

# What is left to migrate is run by: ansible-playbook --limit migration_unmigrated ...
# File: left.managed_images.azure_gallery.yml
---
plugin: cloudimages.azure_gallery.managed_images
resource_groups:
  - myResourceGroup
galleries:
  - resource_group: myResourceGroup
    name: myGallery

# Linux images of two regions, and all that one team owns; never those of a name or with a tag.
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

# Names, groups and variables of one's own. The keys of managed_image can be used in every expression.
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

# Credentials of its own, and a cache.
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
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._inventory import filters as image_filters
from ..module_utils._inventory import hosts as rules
from ..module_utils._inventory.listing import OPTIONS, cache_key, listed, refuse_unknown
from ..module_utils._resources.errors import GalleryError
from ..module_utils._resources.text import message
from ..module_utils._run.context import Context

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 every text is a template unless it is marked

    def trust_as_template(value: str) -> str:
        return value


Variables = dict[str, t.Any]
SUFFIXES = ("managed_images.azure_gallery.yml", "managed_images.azure_gallery.yaml")


def _failure(text: str) -> AnsibleParserError:
    """An error whose text, which may repeat names and tags of images, cannot control the terminal."""
    return AnsibleParserError(message(text))


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Fetches plain data, builds the hosts from it, and only then adds any of them."""

    NAME = "cloudimages.azure_gallery.managed_images"

    def verify_file(self, path: str) -> bool:
        """Whether the file is meant for this plugin."""
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add all images, or fail and add none."""
        super().parse(inventory, loader, path, cache)
        try:
            self._read_options(path)
            hosts = self._build(self._fetch(path, cache))
        except GalleryError as error:
            raise _failure(error.message) from None
        except AnsibleError:
            raise
        except Exception as error:
            raise _failure(
                f"The inventory plugin {self.NAME} failed in a way that it should not ({type(error).__name__}). Please report "
                "this at https://github.com/cloudimages/azure_gallery/issues with its file, and the output with -vvv."
            ) from error
        self._populate(hosts)

    # Options

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """As for every plugin, but templates are resolved first, and an empty text is unset."""
        if direct:
            refuse_unknown(direct, {*self.option_definitions, "plugin"})
            self.templar.available_variables = self._vars or {}
            own = {name: self.templar.template(direct[name]) for name in OPTIONS if name in direct}
            unset = {
                name for name, value in own.items() if value is None or (isinstance(value, str) and not value.strip())
            }
            direct = {name: own.get(name, value) for name, value in direct.items() if name not in unset}
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def _read_options(self, path: str) -> None:
        self._read_config_data(path)
        # Read before anything is asked of Azure.
        self._include = image_filters.read_filters(self.get_option("include_filters"), "include_filters")
        self._exclude = image_filters.read_filters(self.get_option("exclude_filters"), "exclude_filters")

    # Fetch

    def _fetch(self, path: str, cache: bool) -> Variables:
        """What listed() gives, from the cache where it may be used."""
        context = Context(
            params={name: self.get_option(name) for name in OPTIONS},
            check_mode=True,  # so that nothing but reading is possible
            progress=lambda line: self.display.display(line, stderr=True),
            debug=self.display.vvv,
        )
        try:
            data = self._cached(context, path, cache) if self.get_option("cache") else listed(context)
        finally:
            context.close()
        for gallery in data["missing"]:
            self.display.warning(f"There is no {gallery}, so no image is migrated to it.")
        for problem in data["problems"]:
            self.display.warning(f"{problem} Only the tag source_fingerprint shows whether an image was rebuilt since.")
        return data

    def _cached(self, context: Context, path: str, cache: bool) -> Variables:
        key = f"{self.get_cache_key(path)}_{cache_key(context)}"
        if cache:
            try:
                return t.cast("Variables", self._cache[key])
            except KeyError:
                self.display.vvv(f"{path}: not in the cache, or too old")
        data = listed(context)
        self._cache[key] = data
        return data

    # Build

    def _build(self, data: Variables) -> dict[str, Variables]:
        """The variables of every host, by its name."""
        images = [
            item for item in data["images"] if image_filters.is_meant(item["image"], self._include, self._exclude)
        ]
        variables = [
            {"managed_image": item["image"], "clone_managed_image_source": item["image"]["id"]} for item in images
        ]
        if self.get_option("galleries"):
            for found, migration in zip(variables, rules.migrations(images, data["versions"]), strict=True):
                found["migration"] = migration
        # What Azure says is text and never a template. Newer versions of ansible-core assume so of all that plugins say.
        variables = [wrap_var(found) for found in variables]
        names = rules.unique_names([self._wanted_name(found) for found in variables], images)
        return dict(sorted(zip(names, variables, strict=True)))

    def _wanted_name(self, variables: Variables) -> str:
        """What the first of `hostnames` that gives something gives."""
        for expression in self.get_option("hostnames"):
            try:
                value = self._compose(expression, _namespace(variables))
            except Exception as error:
                if self.get_option("strict"):
                    raise _failure(
                        f"Could not make a host name of {expression!r} for {variables['managed_image']['id']}: {error}"
                    ) from error
                continue
            if value is not None and str(value).strip():
                return str(value)
        return str(variables["managed_image"]["name"])

    # Populate

    def _populate(self, hosts: dict[str, Variables]) -> None:
        """Add the hosts; if an expression of the user's ends in an error, none of them stays."""
        before = dict(self.inventory.hosts)
        for name in hosts.keys() & before.keys():
            self._refuse_another(before[name], hosts[name]["managed_image"])
        if self.get_option("galleries"):
            for state in rules.MIGRATION_STATES:
                self.inventory.add_group(f"migration_{state}")
        try:
            self._refuse_groups(hosts)
            for name, variables in hosts.items():
                self._add(name, variables)
            self._refuse_groups(hosts)
        except Exception:
            for name in self.inventory.hosts.keys() - before.keys():
                self.inventory.remove_host(self.inventory.hosts[name])
            raise

    def _refuse_another(self, host: t.Any, image: Variables) -> None:
        """Two sources may tell of one image, but not of two by one name: the first would be lost."""
        other = host.vars.get("managed_image") or image
        if str(other["id"]).lower() != str(image["id"]).lower():
            raise _failure(
                f"The host {host.name} is the image {other['id']} of another inventory source already, so it cannot be "
                f"{image['id']}. Set hostnames in one of them, such as: hostnames: [\"name ~ '_' ~ subscription_id\"]"
            )

    def _refuse_groups(self, hosts: t.Collection[str]) -> None:
        """A group by the name of a host would get the host's variables."""
        for name in sorted(self.inventory.groups.keys() & set(hosts)):
            raise _failure(
                f"{name} would be both a host and a group, which Ansible takes for one another. Give the entry of keyed_groups a "
                "prefix or the group another name, or set hostnames."
            )

    def _add(self, name: str, variables: Variables) -> None:
        group = f"migration_{variables['migration']['state']}" if "migration" in variables else None
        self.inventory.add_host(name, group=group)
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
    """What expressions see: the keys of managed_image, and the variables of the host."""
    return {**variables["managed_image"], **variables}
