package io.npuq.worker.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** OpenVINO itself: its devices, and models read and compiled for them. */
public final class OpenVino extends Handle {
    private OpenVino(Pointer core) {
        super(core, OpenVinoC::ov_core_free);
    }

    /**
     * Loads the native library, once a process, and starts a core that knows the tokenizers' operations.
     *
     * @throws OpenVinoException when a library does not load
     * @throws IllegalStateException when this process has loaded another install
     */
    public static OpenVino open(OpenVinoInstall install) {
        OpenVinoC.load(install);
        PointerByReference core = new PointerByReference();
        OvStatus.check("ov_core_create", OpenVinoC.ov_core_create(core));
        OpenVino openVino = new OpenVino(core.getValue());
        try {
            OvStatus.check(
                    "ov_core_add_extension",
                    OpenVinoC.ov_core_add_extension(openVino.pointer(), CText.of(install.tokenizersLibrary())));
            return openVino;
        } catch (OpenVinoException e) {
            openVino.close();
            throw e;
        }
    }

    /** Version and build, such as {@code 2026.4.1-22982-e213a147257-releases/2026/4}. */
    public String version() {
        OvVersion version = new OvVersion();
        OvStatus.check("ov_get_openvino_version", OpenVinoC.ov_get_openvino_version(version));
        try {
            Pointer build = version.buildNumber;
            return build == null ? "" : build.getString(0, StandardCharsets.UTF_8.name());
        } finally {
            OpenVinoC.ov_version_free(version);
        }
    }

    /** The devices that are there, such as {@code CPU}, {@code GPU.0}, {@code NPU}. */
    public List<String> availableDevices() {
        OvAvailableDevices devices = new OvAvailableDevices();
        OvStatus.check("ov_core_get_available_devices", OpenVinoC.ov_core_get_available_devices(pointer(), devices));
        try {
            Pointer array = devices.devices;
            return array == null
                    ? List.of()
                    : List.of(array.getStringArray(0, (int) devices.size, StandardCharsets.UTF_8.name()));
        } finally {
            OpenVinoC.ov_available_devices_free(devices);
        }
    }

    /** What the device calls itself, such as a processor's name; empty when it does not say. */
    public Optional<String> deviceFullName(String device) {
        return deviceProperty(device, "FULL_DEVICE_NAME");
    }

    /** The version of the NPU's or GPU's driver; empty where the device has none or does not say. */
    public Optional<String> driverVersion(String device) {
        return switch (device.split("\\.", 2)[0]) {
            case "NPU" -> deviceProperty(device, "NPU_DRIVER_VERSION");
            case "GPU" -> deviceProperty(device, "GPU_DRIVER_VERSION");
            default -> Optional.empty();
        };
    }

    /** A property of a device as text; empty when it has none of that name or cannot tell. */
    public Optional<String> deviceProperty(String device, String key) {
        PointerByReference value = new PointerByReference();
        int status = OpenVinoC.ov_core_get_property(pointer(), CText.of(device), CText.of(key), value);
        return status == 0 ? Optional.of(CText.take(value)) : Optional.empty();
    }

    /**
     * Reads a model and makes it ready for a device.
     *
     * @param xml the graph
     * @param bin its weights
     * @param device such as {@code CPU}
     * @param properties compile properties, as OpenVINO names them
     * @throws OpenVinoException when the model does not read or compile
     */
    public CompiledModel compile(Path xml, Path bin, String device, Map<String, String> properties) {
        PointerByReference model = new PointerByReference();
        OvStatus.check(
                "ov_core_read_model", OpenVinoC.ov_core_read_model(pointer(), CText.of(xml), CText.of(bin), model));
        try {
            return compile(model.getValue(), device, properties);
        } finally {
            OpenVinoC.ov_model_free(model.getValue());
        }
    }

    private CompiledModel compile(Pointer model, String device, Map<String, String> properties) {
        List<Memory> texts = new ArrayList<>();
        properties.forEach((key, value) -> {
            texts.add(CText.memory(key));
            texts.add(CText.memory(value));
        });
        // ov_property_t is a pair of pointers, key and value. One more than needed: no properties, no empty memory.
        Memory pairs = new Memory((long) Native.POINTER_SIZE * (texts.size() + 1));
        for (int i = 0; i < texts.size(); i++) {
            pairs.setPointer((long) Native.POINTER_SIZE * i, texts.get(i));
        }
        PointerByReference compiled = new PointerByReference();
        OvStatus.check(
                "ov_core_compile_model_props",
                OpenVinoC.ov_core_compile_model_props(
                        pointer(), model, CText.of(device), properties.size(), pairs, compiled));
        texts.forEach(Memory::close);
        return new CompiledModel(compiled.getValue());
    }
}
