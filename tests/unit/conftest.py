# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In unit tests the collection does not sleep, and nothing leaves the machine: both fail at once."""

from support.guards import loopback_only as loopback_only
from support.guards import nothing_waits as nothing_waits
