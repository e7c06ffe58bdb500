package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Owns one native object. Its only state is the pointer: gone after {@link #close()}, and with it every use. */
abstract class Handle implements AutoCloseable {
    private final Consumer<Pointer> free;
    private @Nullable Pointer pointer;

    Handle(Pointer pointer, Consumer<Pointer> free) {
        this.pointer = pointer;
        this.free = free;
    }

    /**
     * The native object.
     *
     * @throws IllegalStateException after close
     */
    final synchronized Pointer pointer() {
        if (pointer == null) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return pointer;
    }

    /** Frees the native object. Closing twice is harmless. */
    @Override
    public final synchronized void close() {
        if (pointer != null) {
            free.accept(pointer);
            pointer = null;
        }
    }
}
