package io.npuq.worker.openvino;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Every native function that npuq calls, under its C name, as {@code openvino/c/*.h} declares it. A {@code size_t} is a {@code long};
 * texts go in as UTF-8 with a closing zero ({@link CText}).
 */
final class OpenVinoC {
    private static @Nullable Path loaded;

    private OpenVinoC() {}

    /** Binds the functions, once a process: a second library in it would be another OpenVINO beside the first. */
    static synchronized void load(OpenVinoInstall install) {
        Path library = install.cLibrary();
        if (library.equals(loaded)) {
            return;
        }
        if (loaded != null) {
            throw new IllegalStateException(
                    "OpenVINO is loaded from " + loaded + "; one process cannot load another from " + library);
        }
        try {
            install.preload().forEach(path -> NativeLibrary.getInstance(path.toString()));
            Native.register(OpenVinoC.class, NativeLibrary.getInstance(library.toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new OpenVinoException("cannot load OpenVINO's C library " + library + ": " + e.getMessage(), e);
        }
        loaded = library;
    }

    static native @Nullable Pointer ov_get_last_err_msg();

    static native void ov_free(Pointer content);

    static native int ov_get_openvino_version(OvVersion version);

    static native void ov_version_free(OvVersion version);

    static native int ov_core_create(PointerByReference core);

    static native void ov_core_free(Pointer core);

    static native int ov_core_add_extension(Pointer core, byte[] path);

    static native int ov_core_get_available_devices(Pointer core, OvAvailableDevices devices);

    static native void ov_available_devices_free(OvAvailableDevices devices);

    static native int ov_core_get_property(Pointer core, byte[] device, byte[] key, PointerByReference value);

    static native int ov_core_read_model(Pointer core, byte[] xml, byte[] bin, PointerByReference model);

    static native void ov_model_free(Pointer model);

    static native int ov_core_compile_model_props(
            Pointer core, Pointer model, byte[] device, long count, Pointer properties, PointerByReference compiled);

    static native int ov_compiled_model_get_property(Pointer compiled, byte[] key, PointerByReference value);

    static native int ov_compiled_model_inputs_size(Pointer compiled, LongByReference size);

    static native int ov_compiled_model_input_by_index(Pointer compiled, long index, PointerByReference port);

    static native int ov_compiled_model_outputs_size(Pointer compiled, LongByReference size);

    static native int ov_compiled_model_output_by_index(Pointer compiled, long index, PointerByReference port);

    static native int ov_port_get_any_name(Pointer port, PointerByReference name);

    static native void ov_output_const_port_free(Pointer port);

    static native int ov_compiled_model_create_infer_request(Pointer compiled, PointerByReference request);

    static native void ov_compiled_model_free(Pointer compiled);

    static native int ov_infer_request_set_tensor(Pointer request, byte[] name, Pointer tensor);

    static native int ov_infer_request_set_input_tensor_by_index(Pointer request, long index, Pointer tensor);

    static native int ov_infer_request_get_tensor(Pointer request, byte[] name, PointerByReference tensor);

    static native int ov_infer_request_get_output_tensor_by_index(
            Pointer request, long index, PointerByReference tensor);

    static native int ov_infer_request_infer(Pointer request);

    static native void ov_infer_request_free(Pointer request);

    static native int ov_tensor_create(int elementType, OvShape.ByValue shape, PointerByReference tensor);

    static native int ov_tensor_create_from_string_array(
            Pointer texts, long count, OvShape.ByValue shape, PointerByReference tensor);

    static native int ov_tensor_set_shape(Pointer tensor, OvShape.ByValue shape);

    static native int ov_tensor_get_shape(Pointer tensor, OvShape shape);

    static native int ov_shape_free(OvShape shape);

    static native int ov_tensor_get_element_type(Pointer tensor, IntByReference type);

    static native int ov_tensor_get_size(Pointer tensor, LongByReference elements);

    static native int ov_tensor_data(Pointer tensor, PointerByReference data);

    static native void ov_tensor_free(Pointer tensor);
}
