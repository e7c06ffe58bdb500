package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import org.jspecify.annotations.Nullable;

/** {@code ov_version_t}. */
@FieldOrder({"buildNumber", "description"})
public final class OvVersion extends Structure {
    /** Version and build. */
    public @Nullable Pointer buildNumber;

    /** A product name. */
    public @Nullable Pointer description;
}
