package io.npuq.worker.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.npuq.schema.Json;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Transformers adds to Jinja for chat templates: {@code raise_exception}, {@code strftime_now}, and its {@code tojson}. */
public final class TemplateFunctions {
    /** The variable under which a rendering finds its clock. */
    static final String CLOCK = "npuq_clock";

    private static final Map<Character, String> STRFTIME = Map.ofEntries(
            Map.entry('Y', "uuuu"),
            Map.entry('y', "uu"),
            Map.entry('m', "MM"),
            Map.entry('d', "dd"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"));

    private TemplateFunctions() {}

    static ELFunctionDefinition raiseException() {
        return new ELFunctionDefinition("", "raise_exception", TemplateFunctions.class, "raise", Object.class);
    }

    static ELFunctionDefinition strftimeNow() {
        return new ELFunctionDefinition("", "strftime_now", TemplateFunctions.class, "strftime", String.class);
    }

    /** The template refuses the conversation. Called by Jinjava, by reflection. */
    @SuppressWarnings("DoNotCallSuggester") // Only Jinjava calls it.
    public static String raise(Object message) {
        throw new Refused(String.valueOf(message));
    }

    /** Now, in Python's strftime codes and English names. Called by Jinjava, by reflection. */
    public static String strftime(String format) {
        Clock clock = (Clock) JinjavaInterpreter.getCurrent().getContext().get(CLOCK);
        ZonedDateTime now = ZonedDateTime.now(clock);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            String pattern = c == '%' && i + 1 < format.length() ? STRFTIME.get(format.charAt(i + 1)) : null;
            if (pattern != null) {
                out.append(now.format(DateTimeFormatter.ofPattern(pattern, Locale.US)));
                i++;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /**
     * JSON as Python's {@code json.dumps(ensure_ascii=False)} writes it; Jinjava's own has other blanks. Public, since Jinjava calls it by
     * reflection.
     */
    public static final class ToJson implements Filter {
        private static final Separators PYTHON = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEntrySpacing(Separators.Spacing.AFTER)
                .withArrayValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        private static final Separators PYTHON_INDENTED =
                PYTHON.withObjectEntrySpacing(Separators.Spacing.NONE).withArrayValueSpacing(Separators.Spacing.NONE);

        @Override
        public String getName() {
            return "tojson";
        }

        @Override
        public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
            return write(value, arguments.length > 0 && !arguments[0].isBlank() ? Integer.parseInt(arguments[0]) : 0);
        }

        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
            Object indent = named.getOrDefault("indent", arguments.length > 0 ? arguments[0] : 0);
            return write(value, indent instanceof Number spaces ? spaces.intValue() : 0);
        }

        private static String write(@Nullable Object value, int indent) {
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter(indent > 0 ? PYTHON_INDENTED : PYTHON);
            DefaultPrettyPrinter.Indenter lines =
                    indent > 0 ? new DefaultIndenter(" ".repeat(indent), "\n") : new DefaultPrettyPrinter.NopIndenter();
            printer.indentObjectsWith(lines);
            printer.indentArraysWith(lines);
            try {
                return Json.MAPPER.writer(printer).writeValueAsString(value);
            } catch (JsonProcessingException e) {
                throw new Unsupported("tojson cannot write this value", e);
            }
        }
    }

    /** Thrown for what a template asks and this renderer has not; Jinjava passes silently over an IllegalArgumentException. */
    static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsupported(String message) {
            super(message);
        }

        Unsupported(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Thrown by a template's own {@code raise_exception}. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
