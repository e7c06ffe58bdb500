package io.npuq.worker.prompt;

import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * The methods of Python's strings and dictionaries that chat templates call, and no others: a template reaches no method of Java's. A text has no
 * properties; asking for one gives nothing, as in Jinja2.
 */
final class PythonMethods extends ELResolver {
    private static final String JINJAVA = "com.hubspot.jinjava.";

    @Override
    public @Nullable Object invoke(
            ELContext context,
            @Nullable Object base,
            Object method,
            Class<?> @Nullable [] types,
            @Nullable Object @Nullable [] arguments) {
        if (base instanceof Filter || (base != null && base.getClass().getName().startsWith(JINJAVA))) {
            // Jinjava calls its own filters, tests and lists in the same way.
            return null;
        }
        List<Object> given = arguments == null ? List.of() : positional(arguments);
        context.setPropertyResolved(true);
        if (base instanceof CharSequence text) {
            return ofText(text.toString(), method.toString(), given);
        }
        if (base instanceof Map<?, ?> map) {
            return ofMap(map, method.toString(), given);
        }
        throw new TemplateFunctions.Unsupported("cannot call " + method + "() here");
    }

    private static List<Object> positional(@Nullable Object[] arguments) {
        List<Object> values = new ArrayList<>();
        for (Object argument : arguments) {
            Object value = argument instanceof NamedParameter named ? named.getValue() : argument;
            values.add(value == null ? "" : value);
        }
        return values;
    }

    private static Object ofText(String text, String method, List<Object> given) {
        return switch (method) {
            case "strip" -> strip(text, chars(given), true, true);
            case "lstrip" -> strip(text, chars(given), true, false);
            case "rstrip" -> strip(text, chars(given), false, true);
            case "split" -> split(text, given);
            case "startswith" -> text.startsWith(first(given, method));
            case "endswith" -> text.endsWith(first(given, method));
            case "replace" -> text.replace(first(given, method), second(given, method));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> title(text);
            case "capitalize" -> capital(text);
            case "join" -> join(text, given, method);
            default -> throw new TemplateFunctions.Unsupported("a text has no method " + method + "() here");
        };
    }

    private static @Nullable Object ofMap(Map<?, ?> map, String method, List<Object> given) {
        return switch (method) {
            case "get" ->
                map.containsKey(first(given, method))
                        ? map.get(first(given, method))
                        : given.size() > 1 ? given.get(1) : null;
            case "keys" -> List.copyOf(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            case "items" ->
                map.entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), entry.getValue()))
                        .toList();
            default -> throw new TemplateFunctions.Unsupported("a map has no method " + method + "() here");
        };
    }

    private static String first(List<Object> given, String method) {
        if (given.isEmpty()) {
            throw new TemplateFunctions.Unsupported(method + "() wants an argument");
        }
        return given.get(0).toString();
    }

    private static String second(List<Object> given, String method) {
        if (given.size() < 2) {
            throw new TemplateFunctions.Unsupported(method + "() wants two arguments");
        }
        return given.get(1).toString();
    }

    private static String join(String separator, List<Object> given, String method) {
        if (given.size() == 1 && given.get(0) instanceof Collection<?> parts) {
            return parts.stream().map(String::valueOf).collect(Collectors.joining(separator));
        }
        throw new TemplateFunctions.Unsupported(method + "() wants a list");
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        for (String word : text.split("(?<=\\s)", -1)) {
            out.append(capital(word));
        }
        return out.toString();
    }

    private static @Nullable String chars(List<Object> given) {
        return given.isEmpty() ? null : given.get(0).toString();
    }

    /** Strips these characters, or whitespace when none are named. */
    private static String strip(String text, @Nullable String chars, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(text.charAt(from), chars)) {
            from++;
        }
        while (right && to > from && strips(text.charAt(to - 1), chars)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean strips(char c, @Nullable String chars) {
        return chars == null ? Character.isWhitespace(c) || c == 0x00A0 || c == 0x0085 : chars.indexOf(c) >= 0;
    }

    private static List<String> split(String text, List<Object> given) {
        if (given.isEmpty()) {
            String stripped = strip(text, null, true, true);
            return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+", -1));
        }
        int parts = given.size() > 1 && given.get(1) instanceof Number most && most.intValue() >= 0
                ? most.intValue() + 1
                : -1;
        return List.of(text.split(Pattern.quote(given.get(0).toString()), parts));
    }

    private static String capital(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    @Override
    public @Nullable Object getValue(ELContext context, @Nullable Object base, @Nullable Object property) {
        if (base instanceof CharSequence && property instanceof String) {
            context.setPropertyResolved(true);
        }
        return null;
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, @Nullable Object base, @Nullable Object property, @Nullable Object value) {
        throw new TemplateFunctions.Unsupported("a chat template changes no value");
    }

    @Override
    public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
        return true;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
        return null;
    }

    @Override
    public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, @Nullable Object base) {
        return null;
    }
}
