package io.npuq.worker.openvino;

/** Element types that npuq meets, with their numbers in {@code ov_element_type_e}. */
enum ElementType {
    F32(4, Float.BYTES),
    I32(9, Integer.BYTES),
    I64(10, Long.BYTES);

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    int code() {
        return code;
    }

    int bytes() {
        return bytes;
    }

    static ElementType of(int code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new OpenVinoException("element type " + code + " is none that npuq reads");
    }
}
