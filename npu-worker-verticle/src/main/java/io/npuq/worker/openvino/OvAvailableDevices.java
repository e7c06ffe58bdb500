package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import org.jspecify.annotations.Nullable;

/** {@code ov_available_devices_t}. */
@FieldOrder({"devices", "size"})
public final class OvAvailableDevices extends Structure {
    /** Array of names. */
    public @Nullable Pointer devices;

    /** How many. */
    public long size;
}
