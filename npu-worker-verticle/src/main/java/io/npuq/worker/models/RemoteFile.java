package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file on the hub.
 *
 * @param repository where
 * @param commit of which state
 * @param path below the repository, with slashes; {@link #checkPath} holds for it
 * @param bytes its size
 * @param hash its content
 */
record RemoteFile(String repository, String commit, String path, long bytes, FileHash hash) {
    private static final int PATH_CHARS_MAX = 512;

    /** Neither separators of another system, nor what some system cannot store. */
    private static final Pattern PIECE = Pattern.compile("[^\\\\/:*?\"<>|\\p{Cntrl}]+(?<![ .])");

    private static final Pattern DEVICE = Pattern.compile("(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[.].*)?");

    /** Weights in other forms, and code: npuq has no use for them. */
    private static final Set<String> NOT_NEEDED =
            Set.of("safetensors", "onnx", "onnx_data", "pt", "pth", "h5", "msgpack", "gguf", "ckpt", "ot", "py", "zip");

    /** Where it belongs below a directory. */
    Path in(Path dir) {
        return dir.resolve(path);
    }

    /**
     * A hub may name anything: a name that could lead out of the model's directory, or that some system does not store as it is, ends the
     * pull.
     *
     * @throws ModelException {@code DAMAGED}
     */
    static void checkPath(String path) throws ModelException {
        boolean safe = !path.isEmpty() && path.length() <= PATH_CHARS_MAX;
        for (String piece : path.split("/", -1)) {
            safe &= PIECE.matcher(piece).matches() && !DEVICE.matcher(piece).matches();
        }
        if (!safe) {
            throw new ModelException(
                    Reason.DAMAGED,
                    "the hub's list has a file whose name no model's file may have (such as one that leads to another"
                            + " directory); nothing was fetched. Do not trust this repository");
        }
    }

    /** Whether a model in OpenVINO's form may need it. */
    static boolean isNeeded(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !path.startsWith(".") && !path.contains("/.") && !NOT_NEEDED.contains(ending);
    }
}
