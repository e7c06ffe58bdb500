package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The one place where a native status becomes an exception. */
final class OvStatus {
    private static final int OK = 0;

    private OvStatus() {}

    /**
     * Passes when the call went well.
     *
     * @param name the C function that was called
     * @param status what it answered
     * @throws OpenVinoException with OpenVINO's text otherwise
     */
    static void check(String name, int status) {
        if (status == OK) {
            return;
        }
        @Nullable Pointer text = OpenVinoC.ov_get_last_err_msg();
        String reason = text == null ? "" : text.getString(0, StandardCharsets.UTF_8.name());
        // OpenVINO ends its texts in blank lines.
        throw new OpenVinoException(name + " answered " + status + ": " + reason.strip());
    }
}
