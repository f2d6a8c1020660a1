"""Differences between recordings and the emulator that stay, each with its reason.

(file, number of the call, the difference as it is reported, reason). Only that difference is explained, not others of
the same call. An entry that no longer differs so is reported as stale.
"""

_DATE = "recorded '2021-06-30T00:00:00+00:00', replayed '2021-04-01T00:00:00+00:00'"
_LATER = "the update that set the later endOfLifeDate was not transcribed"
_DAYS = "the update that set 31 and 8 days was not transcribed"
_POLICY = ".properties.softDeletePolicy"

_IPAM = "in August and September 2024 Azure answered this to older api-versions, too; since November it does not"
_ADDED = "recorded and not replayed: ipamPoolPrefixAllocations"
_SUBNETS = {
    "az-cli-2025-network.jsonl": (127,),
    "az-cli-2025-scale-sets.jsonl": (8, 9, 11),
    "az-cli-2025-vm.jsonl": (8, 9, 11, 31, 44, 45, 47, 70, 71, 73, 82, 83, 85, 117, 150, 151, 153, 169, 199, 211, 219),
}
_CUT = "the recording keeps only the first 6 locks of some 80, which others had in the subscription"
_PAGE = "the gateway's cache answered an empty page and led to a second one"
_LOCKS = "az-cli-2025-locks.jsonl"
_NETWORK = "az-cli-2025-network.jsonl"
_VM = "az-cli-2025-vm.jsonl"
_SETS = "az-cli-2025-scale-sets.jsonl"
_EXTENSION = "extensions of machines are not emulated"
_INSTANCES = "the interfaces of scale set instances are not emulated"
_OLD = "recorded in April 2024, and edited to say a newer api-version: Azure answered no etags yet"
_PREVIEW = "Azure answered this property in April 2024 only"
_REGION = "northeurope answered it in August 2024, westus did not"
_CAPITALS = "the recording keeps the group's own name, in capitals, so that it is not known as its own"
_SURPLUS = "Azure still works on instances after it has created more than were asked for and deleted some"
_CONFIGURATION = ".properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].properties"
_ADDRESS = ".properties.ipConfigurations[0].properties.privateIPAddress"
_SUBNET = ".subnets[0].properties"
KNOWN: tuple[tuple[str, int, str, str], ...] = (
    ("transcribed-2021-2026.jsonl", 4, f".properties.publishingProfile.endOfLifeDate: {_DATE}", _LATER),
    ("transcribed-2021-2026.jsonl", 5, f".value[0].properties.publishingProfile.endOfLifeDate: {_DATE}", _LATER),
    ("transcribed-2024-2026.jsonl", 28, f"{_POLICY}.retentionPeriodInDays: recorded 31, replayed 30", _DAYS),
    ("transcribed-2024-2026.jsonl", 28, f"{_POLICY}.gracePeriodInDays: recorded 8, replayed 7", _DAYS),
    *((file, number, f".properties: {_ADDED}", _IPAM) for file, numbers in _SUBNETS.items() for number in numbers),
    *((_NETWORK, number, f".properties.addressSpace: {_ADDED}", _IPAM) for number in (2, 5, 122, 125)),
    *((_NETWORK, number, f".properties.subnets[0].properties: {_ADDED}", _IPAM) for number in (2, 5, 122, 125)),
    (_NETWORK, 126, f".value[0].properties: {_ADDED}", _IPAM),
    (_NETWORK, 24, ": recorded and not replayed: nextLink", _PAGE),
    *((_LOCKS, number, ".value: recorded 0 entries, replayed 1", _CUT) for number in (6, 8, 11, 18, 20, 23)),
    (
        _VM,
        69,
        ".properties: recorded and not replayed: enableAcceleratedNetworking",
        "Azure switched it on for a machine of that size",
    ),
    *((_VM, number, ": recorded and not replayed: resources", _EXTENSION) for number in (136, 139)),
    (_VM, 136, ".properties.instanceView: recorded and not replayed: extensions", _EXTENSION),
    (_VM, 211, ".properties.ipConfigurations: recorded 5 entries, replayed 3", _INSTANCES),
    (_VM, 219, ".properties.ipConfigurations: recorded 6 entries, replayed 4", _INSTANCES),
    (_VM, 227, f".value[0].properties{_SUBNET}.ipConfigurations: recorded 7 entries, replayed 5", _INSTANCES),
    (_VM, 214, f"{_ADDRESS}: recorded '10.0.0.9', replayed '10.0.0.7'", _INSTANCES),
    (_VM, 222, f"{_ADDRESS}: recorded '10.0.0.10', replayed '10.0.0.8'", _INSTANCES),
    (_VM, 298, "header etag: recorded False, replayed True", _OLD),
    (_VM, 298, ": replayed and not recorded: etag", _OLD),
    (
        _VM,
        298,
        ".properties.virtualMachineProfile.osProfile.linuxConfiguration: recorded and not replayed: enableVMAgentPlatformUpdates",
        _PREVIEW,
    ),
    (_SETS, 40, ".value: recorded 0 entries, replayed 1", _CAPITALS),
    *(
        (
            _SETS,
            44,
            f".value[{index}].properties.provisioningState: recorded 'Updating', replayed 'Succeeded'",
            _SURPLUS,
        )
        for index in (0, 1)
    ),
    *(
        (_SETS, number, f"{_CONFIGURATION}: recorded and not replayed: enableAcceleratedNetworking", _REGION)
        for number in (114, 122, 136)
    ),
    *(
        (_SETS, number, f".value[0].properties{_SUBNET}: recorded and not replayed: ipConfigurations", _INSTANCES)
        for number in (90, 94, 109, 120, 134)
    ),
)
