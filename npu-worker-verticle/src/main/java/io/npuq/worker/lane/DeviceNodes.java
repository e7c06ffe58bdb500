package io.npuq.worker.lane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device nodes of NPUs and GPUs, as Linux shows them. To look costs next to nothing, while asking OpenVINO what is there takes a process
 * and most of a second: so a lane whose device is missing asks again once these have changed.
 */
final class DeviceNodes {
    private static final List<Path> LINUX = List.of(Path.of("/dev/accel"), Path.of("/dev/dri"));
    private static final Logger LOG = LoggerFactory.getLogger(DeviceNodes.class);

    private final List<Path> directories;
    private Set<String> seen;

    private DeviceNodes(List<Path> directories) {
        this.directories = directories;
        this.seen = look();
    }

    /** Those of this machine; elsewhere than on Linux there are none, and nothing ever changes. */
    static DeviceNodes ofThisMachine() {
        return new DeviceNodes(LINUX);
    }

    static DeviceNodes in(Path directory) {
        return new DeviceNodes(List.of(directory));
    }

    /** Whether this machine shows devices so. */
    boolean areShown() {
        return directories.stream().map(Path::getParent).anyMatch(Files::isDirectory);
    }

    /** Whether there are others now than when this was last asked. */
    boolean haveChanged() {
        Set<String> now = look();
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
    }

    private Set<String> look() {
        Set<String> nodes = new TreeSet<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                list(directory, nodes);
            }
        }
        return nodes;
    }

    private static void list(Path directory, Set<String> into) {
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory)) {
            nodes.forEach(node -> into.add(node.toString()));
        } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
            // It may be going away this moment; the next look tells.
            LOG.debug("cannot look for devices in {}: {}", directory, e.toString());
        }
    }
}
