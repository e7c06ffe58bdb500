package io.npuq.worker.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.schema.Json;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A frame is four bytes of magic, the length of what follows as an unsigned 32-bit big-endian number, and one message as JSON. */
final class Frames {
    /** Largest message, in bytes: a request body of the largest size, with room for what escaping adds. */
    static final int MESSAGE_BYTES_MAX = 4 << 20;

    /** "NPQ" and the version of the framing: prints that stray into the pipe do not start so. */
    static final int MAGIC = 0x4E505101;

    private static final int HEADER_BYTES = 8;

    private Frames() {}

    /**
     * Puts a message into a frame.
     *
     * @throws FrameException when it is larger than {@link #MESSAGE_BYTES_MAX}
     */
    static byte[] frame(Message message) throws FrameException {
        byte[] json;
        try {
            json = Json.MAPPER.writerFor(Message.class).writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message always has a JSON form: " + message.getClass(), e);
        }
        if (json.length > MESSAGE_BYTES_MAX) {
            throw new FrameException("a message to or from the engine has " + json.length + " bytes; at most "
                    + MESSAGE_BYTES_MAX + " are allowed");
        }
        return ByteBuffer.allocate(HEADER_BYTES + json.length)
                .putInt(MAGIC)
                .putInt(json.length)
                .put(json)
                .array();
    }

    /** Writes a frame and flushes it, in one go: a reader never waits for the rest of it. */
    static void write(OutputStream out, byte[] frame) throws IOException {
        out.write(frame);
        out.flush();
    }

    /**
     * The next message; empty at the end of the stream.
     *
     * @throws FrameException when what came is no frame
     */
    static Optional<Message> read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER_BYTES) {
            throw new EOFException("the stream ended inside a frame");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (fields.getInt() != MAGIC) {
            throw new FrameException("what came through the pipe is no frame");
        }
        long length = Integer.toUnsignedLong(fields.getInt());
        if (length > MESSAGE_BYTES_MAX) {
            throw new FrameException(
                    "a frame claims " + length + " bytes; at most " + MESSAGE_BYTES_MAX + " are allowed");
        }
        byte[] json = new byte[(int) length];
        new DataInputStream(in).readFully(json);
        return Optional.of(parse(json));
    }

    private static Message parse(byte[] json) throws FrameException {
        try {
            Message message = Json.MAPPER.readValue(json, Message.class);
            if (message != null) {
                return message;
            }
        } catch (IOException e) {
            // Jackson's message may quote a text of the job, so it goes no further.
        }
        throw new FrameException("a frame of " + json.length + " bytes holds no message that is known here");
    }
}
