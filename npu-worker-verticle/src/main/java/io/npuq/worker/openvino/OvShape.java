package io.npuq.worker.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import org.jspecify.annotations.Nullable;

/** {@code ov_shape_t}: goes in by value, comes out by pointer. */
@FieldOrder({"rank", "dims"})
public class OvShape extends Structure {
    /** Number of dimensions. */
    public long rank;

    /** The dimensions, 64 bits each. */
    public @Nullable Pointer dims;

    /** The same, as an argument by value. Its dimensions live as long as it does. */
    public static final class ByValue extends OvShape implements Structure.ByValue {}

    static ByValue of(long... dims) {
        Memory memory = new Memory((long) Long.BYTES * dims.length);
        memory.write(0, dims, 0, dims.length);
        ByValue shape = new ByValue();
        shape.rank = dims.length;
        shape.dims = memory;
        return shape;
    }

    long[] toArray() {
        return dims == null ? new long[0] : dims.getLongArray(0, (int) rank);
    }
}
