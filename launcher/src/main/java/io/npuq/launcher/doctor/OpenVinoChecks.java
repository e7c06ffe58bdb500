package io.npuq.launcher.doctor;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What OpenVINO says of itself and of this machine. */
final class OpenVinoChecks {
    private static final String NPU = "NPU";

    private OpenVinoChecks() {}

    static List<Check> of(Path root, DeviceChoice wanted) {
        try (OpenVino openVino = OpenVino.open(OpenVinoInstall.find(root))) {
            List<String> devices = openVino.availableDevices();
            return List.of(
                    Check.ok("openvino", openVino.version() + " in " + root),
                    devices(openVino, devices, wanted),
                    npu(openVino, devices, wanted));
        } catch (OpenVinoException e) {
            return List.of(Check.needed(
                    "openvino", String.valueOf(e.getMessage()), "remove " + root + " and run \"npuq setup\""));
        }
    }

    private static Check devices(OpenVino openVino, List<String> devices, DeviceChoice wanted) {
        String found = devices.stream()
                .map(device -> device
                        + openVino.deviceFullName(device)
                                .map(name -> " (" + name + ")")
                                .orElse(""))
                .collect(Collectors.joining(", "));
        boolean there = wanted == DeviceChoice.AUTO
                || wanted == DeviceChoice.BUILTIN
                || devices.stream().anyMatch(device -> device.split("\\.", 2)[0].equals(wanted.wire()));
        return there
                ? Check.ok("devices", found)
                : Check.needed(
                        "devices", "no " + wanted + " among " + found, "install its driver, or choose --device AUTO");
    }

    private static Check npu(OpenVino openVino, List<String> devices, DeviceChoice wanted) {
        List<String> npus =
                devices.stream().filter(device -> device.startsWith(NPU)).toList();
        if (npus.isEmpty()) {
            return Check.missing(
                    "npu",
                    "OpenVINO finds none" + (wanted == DeviceChoice.NPU ? ", and --device NPU wants one" : ""),
                    "if this machine has one, install Intel's NPU driver (Linux: the intel_vpu kernel module, its firmware"
                            + " and the user-mode driver linux-npu-driver); until then jobs run elsewhere, and say so");
        }
        return openVino.driverVersion(npus.get(0))
                .map(version -> Check.ok("npu", npus.get(0) + ", driver " + version))
                .orElseGet(() -> Check.missing(
                        "npu", npus.get(0) + ", whose driver does not tell its version", "update Intel's NPU driver"));
    }
}
