package io.npuq.api.kserve.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.vertx.core.buffer.Buffer;

/** Messages of the client. They are parsed here, since Vert.x answers one that is broken by a reset that says nothing. */
final class Messages {
    private Messages() {}

    static <Q> Q parse(Parser<Q> parser, Buffer bytes) {
        try {
            return parser.parseFrom(bytes.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new ProblemException(
                    Problem.of(400, "invalid_body", "the message is not of the type that this method takes"));
        }
    }
}
