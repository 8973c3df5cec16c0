package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Element;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Elements of one type, parsed one by one into memory that grows with them. */
public final class ElementBuffer {
    /** The only name of an object that stands for a text. */
    static final String BASE64 = "b64";

    private static final int FIRST_BYTES = 64;

    /** Java's own grammar of floats has more than digits: spaces, hexadecimal, suffixes. Possessive, so never slow. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?+(?:\\d++\\.?+\\d*+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");

    private static final Pattern WHOLE = Pattern.compile("[+-]?+\\d{1,20}+");

    private final DataType type;
    private final Dialect dialect;
    private final boolean takesMissing;
    private final List<String> texts = new ArrayList<>();
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.nativeOrder());

    /**
     * A buffer without elements.
     *
     * @param type the type of the elements to come
     */
    public ElementBuffer(DataType type) {
        this(type, Dialect.STRICT, false);
    }

    private ElementBuffer(DataType type, Dialect dialect, boolean takesMissing) {
        this.type = type;
        this.dialect = dialect;
        this.takesMissing = takesMissing;
    }

    /**
     * A buffer without elements, for those of an input.
     *
     * @param input the input, whose elements may be {@code null} if they may be missing: NaN, or the empty text
     * @param dialect what is let pass for an element
     * @return the buffer
     */
    public static ElementBuffer of(TensorSpec input, Dialect dialect) {
        return new ElementBuffer(input.type(), dialect, input.takesMissing());
    }

    /**
     * All elements added so far.
     *
     * @return the elements in the order they came
     */
    public Elements elements() {
        return new Elements(contents(), texts);
    }

    private ByteBuffer contents() {
        return bytes.duplicate().flip();
    }

    /**
     * Adds the parser's current token, or what the Open Inference Protocol lets stand for it: {@code null} for NaN, 0 and 1 for
     * truths.
     *
     * @param parser at the element
     * @return empty if it is an element of the type, else what was expected
     * @throws IOException if the text is not JSON
     */
    public Optional<Expectation> addLeniently(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL && type.isFloating()) {
            reserve();
            putFloating(Double.NaN);
            return Optional.empty();
        }
        boolean digit = parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() == 1;
        if (type == DataType.BOOL && digit && (parser.getIntValue() | 1) == 1) {
            reserve();
            bytes.put((byte) parser.getIntValue());
            return Optional.empty();
        }
        return add(parser);
    }

    private void reserve() {
        if (bytes.remaining() < Long.BYTES) {
            bytes = ByteBuffer.allocate(Math.multiplyExact(bytes.capacity(), 2))
                    .order(ByteOrder.nativeOrder())
                    .put(contents());
        }
    }

    /** Adds the parser's current token; empty if it is an element of the type, else what was expected. */
    Optional<Expectation> add(JsonParser parser) throws IOException {
        reserve();
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> addFloating(parser);
            case BOOL -> addTruth(parser);
            case STRING -> addText(parser);
            default -> addInteger(parser);
        };
    }

    /**
     * What a token should have been.
     *
     * @param type pydantic's type of the fault
     * @param message what was expected, a sentence
     */
    public record Expectation(String type, String message) {}

    private Optional<Expectation> addFloating(JsonParser parser) throws IOException {
        if (!isDigits(parser)) {
            Optional<Double> named = named(parser);
            named.ifPresent(this::putFloating);
            return named.isPresent()
                    ? Optional.empty()
                    : Optional.of(new Expectation("float_type", "expected: a number for " + keras(type)));
        }
        // Asked for a float first, the parser rounds the text once; after a double it would round that again.
        return addFloating(type == DataType.DOUBLE ? parser.getDoubleValue() : parser.getFloatValue());
    }

    /** Adds a number that was written with digits. */
    private Optional<Expectation> addFloating(double number) {
        int place = bytes.position() / type.byteSize();
        putFloating(number);
        return !dialect.overflowIsInfinite() && NonFinite.is(Element.get(bytes, type, place))
                ? Optional.of(new Expectation("finite_number", "expected: a number within the range of " + keras(type)))
                : Optional.empty();
    }

    private void putFloating(double number) {
        Element.put(bytes, type, number);
    }

    private static boolean isDigits(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                || (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && !parser.isNaN());
    }

    /** A token that stands for a number that JSON has no digits for. */
    private Optional<Double> named(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> nullIsNan() ? Optional.of(Double.NaN) : Optional.empty();
            case VALUE_NUMBER_FLOAT -> Optional.of(parser.getDoubleValue());
            case VALUE_STRING -> NonFinite.parse(parser.getText());
            default -> Optional.empty();
        };
    }

    private boolean nullIsNan() {
        return takesMissing || dialect.nullIsNan();
    }

    private Optional<Expectation> addTruth(JsonParser parser) {
        switch (parser.currentToken()) {
            case VALUE_TRUE -> bytes.put((byte) 1);
            case VALUE_FALSE -> bytes.put((byte) 0);
            default -> {
                return Optional.of(new Expectation("bool_type", "expected: true or false"));
            }
        }
        return Optional.empty();
    }

    private Optional<Expectation> addText(JsonParser parser) throws IOException {
        if (dialect.base64Texts() && parser.currentToken() == JsonToken.START_OBJECT) {
            parser.nextToken();
            return addBase64(parser);
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return takesMissing && parser.currentToken() == JsonToken.VALUE_NULL
                    ? addText("")
                    : Optional.of(new Expectation("string_type", "expected: text"));
        }
        return addText(parser.getText());
    }

    /** Adds the text of an object, of which the parser has met the first name, and ends at the end of the object. */
    Optional<Expectation> addBase64(JsonParser parser) throws IOException {
        boolean named = parser.currentToken() == JsonToken.FIELD_NAME && BASE64.equals(parser.currentName());
        if (!named || parser.nextToken() != JsonToken.VALUE_STRING) {
            return Optional.of(new Expectation("string_type", "expected: text, or {\"b64\": \"its bytes in base64\"}"));
        }
        String text;
        try {
            ByteBuffer raw = ByteBuffer.wrap(Base64.getDecoder().decode(parser.getText()));
            text = StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (IllegalArgumentException e) {
            return Optional.of(new Expectation("base64_decode", "expected: base64"));
        } catch (CharacterCodingException e) {
            return Optional.of(new Expectation("string_unicode", "expected: the bytes of text in UTF-8"));
        }
        return parser.nextToken() == JsonToken.END_OBJECT
                ? addText(text)
                : Optional.of(new Expectation("extra_forbidden", "expected: nothing but 'b64'"));
    }

    private Optional<Expectation> addText(String text) {
        if (text.length() > Tensor.MAX_CHARACTERS) {
            return Optional.of(
                    new Expectation("string_too_long", "expected: at most " + Tensor.MAX_CHARACTERS + " characters"));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            return Optional.of(new Expectation("string_unicode", "expected: text without half surrogate pairs"));
        }
        texts.add(text);
        return Optional.empty();
    }

    /** Adds an element that came as text, such as a cell of a table; an empty one may be a number that is not there. */
    Optional<Expectation> addWord(String text) {
        reserve();
        return switch (type) {
            case STRING -> addText(text);
            case BOOL -> addTruth(text);
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> addFloating(text);
            default ->
                WHOLE.matcher(text).matches()
                        ? addInteger(new BigInteger(text))
                        : Optional.of(new Expectation("int_type", "expected: an integer for " + keras(type)));
        };
    }

    private Optional<Expectation> addTruth(String text) {
        boolean truth = text.equalsIgnoreCase("true");
        bytes.put((byte) (truth ? 1 : 0));
        return truth || text.equalsIgnoreCase("false")
                ? Optional.empty()
                : Optional.of(new Expectation("bool_type", "expected: true or false"));
    }

    private Optional<Expectation> addFloating(String text) {
        if (DECIMAL.matcher(text).matches()) {
            return addFloating(type == DataType.DOUBLE ? Double.parseDouble(text) : Float.parseFloat(text));
        }
        Optional<Double> named = text.isEmpty() && nullIsNan() ? Optional.of(Double.NaN) : NonFinite.parse(text);
        named.ifPresent(this::putFloating);
        return named.isPresent()
                ? Optional.empty()
                : Optional.of(new Expectation("float_type", "expected: a number for " + keras(type)));
    }

    private Optional<Expectation> addInteger(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            return Optional.of(new Expectation("int_type", "expected: an integer for " + keras(type)));
        }
        if (type == DataType.UINT64) {
            return addUnsignedLong(parser.getBigIntegerValue());
        }
        try {
            return addSigned(parser.getLongValue());
        } catch (InputCoercionException e) {
            // Beyond 64 bits: out of every range.
            return outOfRange();
        }
    }

    private Optional<Expectation> addInteger(BigInteger number) {
        if (type == DataType.UINT64) {
            return addUnsignedLong(number);
        }
        return number.bitLength() < Long.SIZE ? addSigned(number.longValue()) : outOfRange();
    }

    private Optional<Expectation> addSigned(long number) {
        if (number < lowest() || number > highest()) {
            return outOfRange();
        }
        put(number);
        return Optional.empty();
    }

    private Optional<Expectation> outOfRange() {
        return Optional.of(new Expectation(
                "int_range", "expected: an integer from " + lowest() + " to " + highest() + " for " + keras(type)));
    }

    private Optional<Expectation> addUnsignedLong(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > Long.SIZE) {
            return Optional.of(
                    new Expectation("int_range", "expected: an integer from 0 to 18446744073709551615 for uint64"));
        }
        put(number.longValue());
        return Optional.empty();
    }

    private boolean isUnsigned() {
        return type == DataType.UINT8 || type == DataType.UINT16 || type == DataType.UINT32;
    }

    private long lowest() {
        return isUnsigned() ? 0 : -1L << (type.byteSize() * 8 - 1);
    }

    private long highest() {
        return isUnsigned() ? (1L << (type.byteSize() * 8)) - 1 : ~lowest();
    }

    private void put(long number) {
        switch (type.byteSize()) {
            case 1 -> bytes.put((byte) number);
            case 2 -> bytes.putShort((short) number);
            case 4 -> bytes.putInt((int) number);
            default -> bytes.putLong(number);
        }
    }

    /** The name that Keras and numpy give a type. */
    static String keras(DataType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> type.name().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
