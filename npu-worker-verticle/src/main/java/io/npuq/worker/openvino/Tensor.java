package io.npuq.worker.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/** One tensor in native memory. */
public final class Tensor extends Handle {
    Tensor(Pointer pointer) {
        super(pointer, OpenVinoC::ov_tensor_free);
    }

    /** A tensor of 64-bit integers; its content is not set. */
    public static Tensor longs(long... shape) {
        return create(ElementType.I64, shape);
    }

    /** A tensor of 32-bit integers; its content is not set. */
    public static Tensor ints(long... shape) {
        return create(ElementType.I32, shape);
    }

    private static Tensor create(ElementType type, long... shape) {
        PointerByReference tensor = new PointerByReference();
        OvStatus.check("ov_tensor_create", OpenVinoC.ov_tensor_create(type.code(), OvShape.of(shape), tensor));
        return new Tensor(tensor.getValue());
    }

    /** A tensor of shape [1] that holds one text. */
    public static Tensor text(String text) {
        return texts(List.of(text));
    }

    /** A tensor of shape [n] that holds these texts, at least one. */
    public static Tensor texts(List<String> texts) {
        List<Memory> contents = texts.stream().map(CText::memory).toList();
        Memory array = new Memory((long) Native.POINTER_SIZE * texts.size());
        for (int i = 0; i < texts.size(); i++) {
            array.setPointer((long) Native.POINTER_SIZE * i, contents.get(i));
        }
        PointerByReference tensor = new PointerByReference();
        OvStatus.check(
                "ov_tensor_create_from_string_array",
                OpenVinoC.ov_tensor_create_from_string_array(array, texts.size(), OvShape.of(texts.size()), tensor));
        array.close();
        contents.forEach(Memory::close);
        return new Tensor(tensor.getValue());
    }

    /** Another shape over the same memory. The content stays as long as the shape does not grow past the first one. */
    public void reshape(long... shape) {
        OvStatus.check("ov_tensor_set_shape", OpenVinoC.ov_tensor_set_shape(pointer(), OvShape.of(shape)));
    }

    /** Its shape. */
    public long[] shape() {
        OvShape shape = new OvShape();
        OvStatus.check("ov_tensor_get_shape", OpenVinoC.ov_tensor_get_shape(pointer(), shape));
        try {
            return shape.toArray();
        } finally {
            OvStatus.check("ov_shape_free", OpenVinoC.ov_shape_free(shape));
        }
    }

    /** How many elements it holds. */
    public int size() {
        LongByReference size = new LongByReference();
        OvStatus.check("ov_tensor_get_size", OpenVinoC.ov_tensor_get_size(pointer(), size));
        return Math.toIntExact(size.getValue());
    }

    /** Writes 64-bit integers from the first element on. */
    public void setLongs(long... values) {
        checkFits(values.length);
        data().write(0, values, 0, values.length);
    }

    /** Writes 32-bit integers from the first element on. */
    public void setInts(int... values) {
        checkFits(values.length);
        data().write(0, values, 0, values.length);
    }

    private void checkFits(int values) {
        int size = size();
        if (values > size) {
            throw new IllegalArgumentException(values + " values do not fit a tensor of " + size);
        }
    }

    /** Its integers, of 32 or 64 bits, as {@code int}. */
    public int[] toInts() {
        int size = size();
        if (elementType() == ElementType.I32) {
            return data().getIntArray(0, size);
        }
        long[] longs = data().getLongArray(0, size);
        int[] ints = new int[size];
        for (int i = 0; i < size; i++) {
            ints[i] = Math.toIntExact(longs[i]);
        }
        return ints;
    }

    /** Copies its last elements, 32-bit floating point numbers, into the whole array. */
    public void copyLast(float[] into) {
        if (elementType() != ElementType.F32) {
            throw new IllegalStateException("the tensor holds no 32-bit floating point numbers");
        }
        long skipped = (long) size() - into.length;
        if (skipped < 0) {
            throw new IllegalArgumentException("the tensor holds " + size() + " numbers, not " + into.length);
        }
        data().read(skipped * Float.BYTES, into, 0, into.length);
    }

    /** Copies 32-bit floating point numbers, so many from the given element on, to the front of the array. */
    public void copy(long first, float[] into, int count) {
        if (elementType() != ElementType.F32) {
            throw new IllegalStateException("the tensor holds no 32-bit floating point numbers");
        }
        if (first < 0 || first + count > size()) {
            throw new IllegalArgumentException("the tensor holds " + size() + " numbers, not " + (first + count));
        }
        data().read(first * Float.BYTES, into, 0, count);
    }

    /** Its texts, from the C++ strings in its memory. */
    public List<byte[]> toTexts() {
        Pointer data = data();
        StdString layout = StdString.ofThisPlatform();
        int size = size();
        List<byte[]> texts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            texts.add(layout.read(data.share((long) i * layout.bytes())));
        }
        return texts;
    }

    private ElementType elementType() {
        IntByReference type = new IntByReference();
        OvStatus.check("ov_tensor_get_element_type", OpenVinoC.ov_tensor_get_element_type(pointer(), type));
        return ElementType.of(type.getValue());
    }

    private Pointer data() {
        PointerByReference data = new PointerByReference();
        OvStatus.check("ov_tensor_data", OpenVinoC.ov_tensor_data(pointer(), data));
        return data.getValue();
    }
}
