#!/usr/bin/python
# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Create a report of cloned images
version_added: 1.0.0
author:
  - cloudimages.azure_gallery contributors (@cloudimages)
description:
  - Turns the results of the role P(cloudimages.azure_gallery.clone_managed_image#role) on many hosts, or of many
    images on one host, into counts and into the failures with their reasons. With O(folder) it also writes one HTML
    page and the same data as JSON.
  - The page is one file that needs no network. It shows each image with its version, regions, size and duration, the
    failures grouped by reason, and the replication over time by image and region.
  - It adds up the reports of several runs, such as the slices of a job of AWX, with O(reports).
  - It runs on the controller, does not read Azure and needs no credentials.
attributes:
  action:
    description: Runs as an action plugin on the controller, whatever the connection of the host is.
    support: full
  async:
    description: Can run with C(async).
    support: none
  check_mode:
    description: Can run in C(check_mode) and return what it would change, without changing anything.
    support: full
    details: In check mode no file is written. The result is the same, and says that it is a plan.
  diff_mode:
    description: Returns what has changed, or in check mode would change, when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row with the same options, the second run changes nothing.
    support: full
options:
  hosts:
    description:
      - The hosts to report on, such as C(ansible_play_hosts_all).
      - Unless O(images) has an item for a host, the variables of the host are used. C(clone_managed_image_result) is
        the result of the role, and C(managed_image) and C(clone_managed_image_source) describe the image.
      - A host without a result counts as skipped.
    type: list
    elements: str
  images:
    description: The images, if their results are not in the variables of O(hosts). For example, a host that runs the
      role in a loop has the results of all its images in C(clone_managed_image_results).
    type: list
    elements: dict
    suboptions:
      host:
        description: The name of the host in the inventory, or any name that identifies the image.
        type: str
        required: true
      managed_image:
        description: The managed image, as the variable C(managed_image) of the inventory plugin or as an item of
          RV(cloudimages.azure_gallery.managed_image_info#module:images).
        type: dict
      source:
        description: The source as the role accepts it, for an image without a result.
        type: raw
      size_gb:
        description: The size of all its disks. If unset, it comes from O(images[].result) or O(images[].managed_image).
        type: int
      result:
        description: The fact C(clone_managed_image_result) of the role. If C(replication) in it has a C(timeline) like
          RV(cloudimages.azure_gallery.wait_for_replication#module:results[].timeline), the page shows it.
        type: dict
      reason:
        description: The reason of the failure, for an image that failed and whose O(images[].result) does not have it.
        type: str
      started:
        description: The date and time when the run started the image.
        type: str
      ended:
        description: The date and time when the run finished the image.
        type: str
  reports:
    description:
      - The RV(report) of each of several runs, such as the slices of one job, in the order of the runs. They are
        added up.
      - A report whose images another one after it in the list has as well is replaced by that one.
      - A plan, which is the report of a check run, counts only if all reports are plans. Otherwise it names the images
        that the other reports must cover, and RV(incomplete) has those that are missing.
      - No page is written. It excludes O(images), O(hosts) and O(folder).
    type: list
    elements: dict
  job:
    description:
      - What the run did. It decides the counts, the columns and the fact with the result of each host, which is
        C(clone_managed_image_result) for V(migrate), C(verify_image_version_result) for V(verify),
        C(repoint_scale_sets_result) for V(repoint) and C(retire_managed_image_result) for V(retire).
      - With V(repoint) and O(folder), a CSV file beside the page has the ID of each managed image and the ID that
        replaces it.
    type: str
    choices: [migrate, verify, repoint, retire]
    default: migrate
  planned:
    description:
      - Whether the results are those of a check run, so that the report is a plan.
      - With O(reports), V(true) means that only a plan was wanted, so that no report of a run is missing.
      - The default is whether the task itself runs in check mode.
    type: bool
  folder:
    description:
      - The folder for the page and the JSON file, on the controller. It is created if it does not exist.
      - A relative path starts in the folder where Ansible was started.
    type: path
  name:
    description: The name of both files, without C(.html) and C(.json).
    type: str
    default: fleet_report
seealso:
  - module: cloudimages.azure_gallery.wait_for_replication
    description: Returns the timeline of each version.
"""

EXAMPLES = r"""
- name: Report on all hosts of the play
  cloudimages.azure_gallery.fleet_report:
    hosts: "{{ ansible_play_hosts_all }}"
    folder: reports
  run_once: true
  register: fleet

- name: Show the counts and the failures
  ansible.builtin.debug:
    msg: "{{ fleet.lines }}"
  run_once: true

- name: Report on the images that one host cloned in a loop over their names
  cloudimages.azure_gallery.fleet_report:
    images: "{{ dict(image_names | zip(clone_managed_image_results)) | dict2items('host', 'result') }}"
    folder: reports

- name: Add up the reports of the slices of a job
  cloudimages.azure_gallery.fleet_report:
    reports: "{{ query('ansible.builtin.vars', *slices) }}"
  vars:
    slices: "{{ query('ansible.builtin.varnames', '^migrate_fleet_report_[0-9]+$') }}"
  when: slices | length > 0
"""

RETURN = r"""
msg:
  description: The counts as one sentence, and what is missing.
  returned: always
  type: str
  sample: "12 images: 2 failed, 9 migrated, 1 already there, in 7 min 12 s."
lines:
  description: The same for the screen, with each reason of a failure, its images and what to do, and the first of the
    skipped hosts.
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
      type: int
      sample: 12
    failed:
      description: Those that failed, or in check mode would fail.
      type: int
      sample: 2
    pending:
      description: Those whose version was not ready when the run ended, because the run did not wait.
      type: int
      sample: 0
    migrated:
      description: Those for which a version was created or changed, or in check mode would be.
      type: int
      sample: 9
    unchanged:
      description: Those whose version existed and was ready before the run.
      type: int
      sample: 1
    skipped:
      description: Hosts without a source, and those that were not reached.
      type: int
      sample: 0
    unverified:
      description: Those that could not be verified, for a reason that says nothing about the image.
      returned: with O(job=verify), where V(failed) are those whose image is at fault
      type: int
      sample: 0
    verified:
      description: Those that were verified or promoted, or in check mode would be.
      returned: with O(job=verify), where V(unchanged) are those that were verified already
      type: int
      sample: 0
    refused:
      description: Those that are kept as they are for a reason that time or an owner ends, if none failed.
      returned: with O(job=repoint) and O(job=retire)
      type: int
      sample: 0
    repointed:
      description: Those of which a scale set got its new image, or in check mode would get it.
      returned: with O(job=repoint), where V(unchanged) are those without a scale set to change
      type: int
      sample: 0
    left:
      description: Those that exceed the maximum of one run.
      returned: with O(job=retire)
      type: int
      sample: 0
    retired:
      description: Those that were deleted, or in check mode would be.
      returned: with O(job=retire), where V(unchanged) are those that were deleted already
      type: int
      sample: 0
failures:
  description: The failed images, at most 100. With O(job=verify) those that could not be verified as well, with
    O(job=repoint) and O(job=retire) those that were refused.
  returned: success, and when a file could not be written
  type: list
  elements: dict
  contains:
    host:
      description: The host.
      type: str
    image:
      description: The name of the managed image.
      type: str
    resource_group:
      description: Its resource group, if it is known.
      type: str
    gallery:
      description: The gallery, if it is known.
      type: str
    definition:
      description: The image definition, if it is known.
      type: str
    version:
      description: The number of the version, if it is known.
      type: str
    outcome:
      description: Its outcome, by its key in RV(counts).
      type: str
    reason:
      description: The reason, at most 800 characters.
      type: str
    advice:
      description: What to do.
      type: str
failures_left_out:
  description: How many failed images RV(failures) leaves out. The files hold all of them.
  returned: success, and when a file could not be written
  type: int
  sample: 0
incomplete:
  description: Which images of the plans in O(reports) the other reports do not cover; V(null) if none is known to be
    missing.
  returned: success, and when a file could not be written
  type: str
  sample: "4 of the 7 planned images were reported; missing: web-1, web-2, web-3. \
    A job was canceled, timed out or lost: launch it again."
report:
  description:
    - Counts, failures, times and the images' IDs as one mapping of bounded size, for C(set_stats)
      and for O(reports).
    - A text in it that YAML would parse as a number, a date, a boolean or null, such as the host C(0123), is in single
      quotes, since AWX passes texts to later jobs without quotes. O(reports) removes them.
  returned: success, and when a file could not be written
  type: dict
files:
  description: The paths of the page and the JSON file; empty if none was written.
  returned: success
  type: list
  elements: str
  sample:
    - /srv/reports/fleet_report.html
    - /srv/reports/fleet_report.json
"""
