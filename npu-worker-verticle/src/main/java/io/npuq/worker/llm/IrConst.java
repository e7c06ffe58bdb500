package io.npuq.worker.llm;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.w3c.dom.Element;

/**
 * Where a constant of an IR lies in its .bin.
 *
 * @param type its element type, such as {@code i64}
 * @param offset first byte
 * @param size in bytes
 */
record IrConst(String type, long offset, int size) {
    static IrConst of(Element layer) {
        if (!layer.getAttribute("type").equals("Const")) {
            throw new IllegalArgumentException("layer " + layer.getAttribute("id") + " is no constant");
        }
        Element data = IrGraph.child(layer, "data").orElseThrow();
        return new IrConst(
                data.getAttribute("element_type"),
                Long.parseLong(data.getAttribute("offset")),
                Math.toIntExact(Long.parseLong(data.getAttribute("size"))));
    }

    /** Its content, from the start, little-endian as an IR is. */
    ByteBuffer read(Path bin, int bytesMax) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(size, bytesMax)).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(bin)) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new EOFException(bin + " ends before byte " + (offset + size) + "; it is cut off");
                }
            }
        }
        return buffer.flip();
    }
}
