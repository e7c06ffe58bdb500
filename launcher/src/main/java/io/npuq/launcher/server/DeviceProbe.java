package io.npuq.launcher.server;

import io.npuq.launcher.Main;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which device AUTO stands for, where there are other lanes beside it: they must not use the same one. A process of its own looks, so that
 * a driver that crashes or hangs costs nothing but the answer.
 */
public final class DeviceProbe {
    /** Of {@code npuq engine}: list the devices of the OpenVINO in this directory. */
    public static final String FLAG = "--devices";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceProbe.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<DeviceChoice> PREFERENCE = List.of(DeviceChoice.NPU, DeviceChoice.GPU, DeviceChoice.CPU);

    private DeviceProbe() {}

    /** The lanes with AUTO replaced by the first of NPU, GPU, CPU that is there; alone, it is left to its engine. */
    static List<DeviceChoice> resolve(List<DeviceChoice> lanes, Path openVino) {
        if (lanes.size() == 1 || lanes.get(0) != DeviceChoice.AUTO) {
            return lanes;
        }
        List<String> found = ask(openVino);
        Optional<DeviceChoice> main = PREFERENCE.stream()
                .filter(choice -> found.stream().anyMatch(device -> isA(device, choice)))
                .findFirst();
        return Stream.concat(
                        Stream.of(main.orElse(DeviceChoice.CPU)), lanes.stream().skip(1))
                .distinct()
                .toList();
    }

    /** What OpenVINO finds, in this process, such as {@code CPU}, {@code GPU.0}; under a test override an NPU as well. */
    public static List<String> devices(Path root) {
        try (OpenVino openVino = OpenVino.open(OpenVinoInstall.find(root))) {
            List<String> devices = new ArrayList<>(openVino.availableDevices());
            TestOverride.ofThisProcess().ifPresent(override -> devices.add(DeviceChoice.NPU.wire()));
            return devices;
        }
    }

    private static boolean isA(String device, DeviceChoice choice) {
        return device.split("\\.", 2)[0].equals(choice.wire());
    }

    private static List<String> ask(Path openVino) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        TestOverride.ofThisProcess().ifPresent(override -> command.add(override.jvmOption()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "engine"));
        command.addAll(List.of(FLAG, openVino.toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0) {
                String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return List.of(line.strip().split(","));
            }
            process.destroyForcibly();
        } catch (IOException e) {
            LOG.debug("the process that looks for devices cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.warn("which devices there are cannot be told within {} s: the CPU is used", LIMIT.toSeconds());
        return List.of();
    }
}
