#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Make a report of a fleet run
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Turns the results of the role P(cloudimages.azure_gallery.clone_managed_image#role) on many hosts into counts, the
    failures with their reasons, and where O(folder) is given one HTML page and the same as JSON.
  - The page needs nothing but itself. It shows each image with its version, regions, size and duration, and the
    replication over time by image and region.
  - The playbook C(cloudimages.azure_gallery.migrate_fleet) calls it at its end.
  - It does not ask Azure and needs no credentials.
extends_documentation_fragment:
  - cloudimages.azure_gallery.module
attributes:
  check_mode:
    support: full
    details: In check mode no file is written. The result is the same, and says that it is a plan.
  diff_mode:
    support: none
  idempotent:
    support: full
  action_group:
    support: none
    membership: []
options:
  images:
    description:
      - What became of each image.
    type: list
    elements: dict
    suboptions:
      host:
        description:
          - The host of the inventory that stands for the image.
        type: str
        required: true
      managed_image:
        description:
          - What the inventory says of the image, as its variable C(managed_image) or as an item of
            RV(cloudimages.azure_gallery.managed_image_info#module:images).
        type: dict
      source:
        description:
          - The image as the role takes it, for a host that has no result.
        type: raw
      size_gb:
        description:
          - The size of all its disks. If unset, it is taken from O(images[].managed_image).
        type: int
      result:
        description:
          - The fact C(clone_managed_image_result) of the role.
        type: dict
      waited:
        description:
          - What the host waited for. An item has C(id), C(started), and as C(outcome) an item of
            RV(cloudimages.azure_gallery.wait_for_replication#module:results), whose timeline is drawn.
        type: list
        elements: dict
      reason:
        description:
          - Why the image failed, where O(images[].result) does not tell.
        type: str
      started:
        description:
          - When the image's turn came, as a date and time.
        type: str
      ended:
        description:
          - When the run was done with the image.
        type: str
  hosts:
    description:
      - All hosts of the run. Those that O(images) does not name are counted as skipped.
    type: list
    elements: str
  reports:
    description:
      - Results RV(report) of earlier runs, such as the slices of one job, which are added up.
      - Plans among them, which are those of check runs, count only if all of them are plans. With others they tell
        which images have to be in these; RV(incomplete) says what is missing.
      - Instead of O(images). No page is made of them.
    type: list
    elements: dict
  planned:
    description:
      - Whether the results are those of a check run, so that the report is a plan.
      - With O(reports), whether a plan is all that was wanted, so that no report of a run is missed.
      - By default that is what the task itself runs in.
    type: bool
  folder:
    description:
      - Where to write the page and the JSON file. It is made if it is missing.
      - A relative path starts where Ansible was started.
    type: path
  name:
    description:
      - The name of both files, without C(.html) and C(.json).
    type: str
    default: fleet_report
seealso:
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Returns the timeline of each version.
"""

EXAMPLES = r"""
- name: Report on all hosts of the play
  cloudimages.azure_gallery.fleet_report:
    images: "{{ ansible_play_hosts_all | map('extract', hostvars, 'outcome') | select('defined') }}"
    hosts: "{{ ansible_play_hosts_all }}"
    folder: reports
  run_once: true
  register: fleet

- name: Show the counts and the failures
  ansible.builtin.debug:
    msg: "{{ fleet.lines }}"
  run_once: true

- name: Add up the reports of the slices of a job
  cloudimages.azure_gallery.fleet_report:
    reports: "{{ query('ansible.builtin.vars', *slices) }}"
  vars:
    slices: "{{ query('ansible.builtin.varnames', '^migrate_fleet_report_[0-9]+$') }}"
  when: slices | length > 0
"""

RETURN = r"""
msg:
  description: The counts in words, and what is missing.
  returned: always
  type: str
  sample: "12 images: 2 failed, 9 migrated, 1 already there, in 7 min 12 s."
lines:
  description:
    - The same, each reason of a failure with the images and what to do, and some of the skipped hosts; made
      for the screen.
  returned: success, and when a file could not be written
  type: list
  elements: str
counts:
  description: How many images of each outcome.
  returned: success, and when a file could not be written
  type: dict
  contains:
    images:
      description: All of them.
      returned: always
      type: int
      sample: 12
    failed:
      description: Those that failed; in check mode those that would.
      returned: always
      type: int
      sample: 2
    pending:
      description: Those whose version was not ready when the run ended, because it was told not to wait.
      returned: always
      type: int
      sample: 0
    migrated:
      description: Those for which something was made or changed; in check mode those for which it would be.
      returned: always
      type: int
      sample: 9
    unchanged:
      description: Those whose version was there already.
      returned: always
      type: int
      sample: 1
    skipped:
      description: Hosts without a source, and those that were not reached.
      returned: always
      type: int
      sample: 0
failures:
  description: The failed images, 100 at most.
  returned: success, and when a file could not be written
  type: list
  elements: dict
  contains:
    host:
      description: The host.
      returned: always
      type: str
    image:
      description: The name of the managed image.
      returned: always
      type: str
    resource_group:
      description: Its resource group, where it is known.
      returned: always
      type: str
    gallery:
      description: The gallery, where it is known.
      returned: always
      type: str
    definition:
      description: The image definition, where it is known.
      returned: always
      type: str
    version:
      description: The number of the version, where it is known.
      returned: always
      type: str
    reason:
      description: Why it failed, 800 characters at most.
      returned: always
      type: str
    advice:
      description: What to do.
      returned: always
      type: str
failures_left_out:
  description: How many failed images RV(failures) leaves out. The files hold all of them.
  returned: success, and when a file could not be written
  type: int
  sample: 0
incomplete:
  description: What O(reports) lack of the plans among them; V(null) if nothing is known to be missing.
  returned: success, and when a file could not be written
  type: str
  sample: "4 of the 7 planned images were reported; missing: web-1, web-2, web-3. \
    A job was canceled, timed out or lost: launch again."
report:
  description:
    - Counts, failures, times and the images' IDs as one mapping of bounded size, for C(set_stats)
      and for O(reports).
    - A text in it that YAML would read as a number, a date, a truth value or null, such as the host C(0123), stands
      in single quotes, since AWX hands texts to later jobs without any. O(reports) takes them off again.
  returned: success, and when a file could not be written
  type: dict
files:
  description: The paths of the page and the JSON file; empty where none was written.
  returned: success
  type: list
  elements: str
  sample:
    - /srv/reports/fleet_report.html
    - /srv/reports/fleet_report.json
"""

from ..module_utils._module import run_as_module
from ..module_utils._modules.fleet_report import SPEC


def main() -> None:
    """Run the task of this module."""
    run_as_module(SPEC)


if __name__ == "__main__":
    main()
