package dev.slipway.server.json;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the request that nearly all are: one member, and in it nothing but lists of decimal numbers that fit the only input, of
 * float32. It costs a fraction of what a parser of all JSON does.
 *
 * <p>Whatever else comes, broken or not, is none of these, and somebody else reads it from its beginning and says what is wrong:
 * so this refuses nothing and gives no other meaning to anything.
 */
final class PlainNumbers {
    private static final byte[] INSTANCES = "\"instances\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INPUTS = "\"inputs\"".getBytes(StandardCharsets.US_ASCII);

    /** So many digits always fit a double without loss. */
    private static final int MAX_DIGITS = 15;

    /** The powers of ten that a double holds without loss, as far as they are needed. */
    private static final double[] POWERS_OF_TEN = new double[MAX_DIGITS + 1];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    /** The bits of a double that a float lacks, and those of a number in the middle between two floats. */
    private static final long LOST_BITS = (1L << 29) - 1;

    private static final long MIDDLE = 1L << 28;

    private static final int FIRST_ELEMENTS = 16;
    private static final long UNKNOWN = -1;

    private final Shape declared;

    private PlainNumbers(Shape declared) {
        this.declared = declared;
    }

    /** Empty for a model that takes anything but one tensor of float32 with rows, or wants axes to be equally long. */
    static Optional<PlainNumbers> of(List<TensorSpec> inputs) {
        if (inputs.size() != 1 || inputs.get(0).type() != DataType.FLOAT) {
            return Optional.empty();
        }
        Shape shape = inputs.get(0).shape();
        List<String> symbols = shape.dimensions().stream()
                .flatMap(each -> each.symbol().stream())
                .toList();
        boolean suits = shape.rank() > 0 && Set.copyOf(symbols).size() == symbols.size();
        return suits ? Optional.of(new PlainNumbers(shape)) : Optional.empty();
    }

    /** What a body asks for; empty if it is not of this kind. */
    Optional<PredictRequest> read(byte[] body) {
        Reading reading = new Reading(body);
        return reading.request() ? Optional.of(reading.read()) : Optional.empty();
    }

    /** One body being read. All methods but the last say whether it goes on as it should, and end behind what they have read. */
    private final class Reading {
        private final byte[] body;
        private int at;
        private PredictRequest.Form form = PredictRequest.Form.ROWS;

        /** The length of each axis met so far. */
        private final long[] lengths = new long[declared.rank()];

        private ByteBuffer elements = room(FIRST_ELEMENTS);

        Reading(byte[] body) {
            this.body = body;
            Arrays.fill(lengths, UNKNOWN);
        }

        private static ByteBuffer room(int elements) {
            return ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.nativeOrder());
        }

        boolean request() {
            return is('{') && name() && is(':') && is('[') && list(0) && lengths[0] > 0 && is('}') && isEnd();
        }

        private boolean name() {
            skipSpace();
            return isName(INSTANCES, PredictRequest.Form.ROWS) || isName(INPUTS, PredictRequest.Form.COLUMNS);
        }

        private boolean isName(byte[] name, PredictRequest.Form named) {
            int end = at + name.length;
            boolean is = end <= body.length && Arrays.equals(body, at, end, name, 0, name.length);
            if (is) {
                at = end;
                form = named;
            }
            return is;
        }

        /** A list along an axis, behind its opening bracket. */
        private boolean list(int axis) {
            long count = 0;
            do {
                if (!entry(axis + 1)) {
                    return false;
                }
                count++;
            } while (is(','));
            return is(']') && hasLength(axis, count);
        }

        private boolean hasLength(int axis, long count) {
            Dimension dimension = declared.dimension(axis);
            long expected = dimension.isKnown() ? dimension.size() : lengths[axis];
            lengths[axis] = count;
            return expected == UNKNOWN || expected == count;
        }

        /** A list along an axis or, where there is no axis left or the last one is left out, a number. */
        private boolean entry(int axis) {
            if (axis < lengths.length && is('[')) {
                return list(axis);
            }
            return (axis == lengths.length || isImpliedColumn(axis)) && number();
        }

        private boolean isImpliedColumn(int axis) {
            return axis == lengths.length - 1 && declared.dimension(axis).is(1) && hasLength(axis, 1);
        }

        /** Digits, perhaps with a sign before and a point between them. */
        private boolean number() {
            skipSpace();
            int start = at;
            boolean negative = at < body.length && body[at] == '-';
            at += negative ? 1 : 0;
            int first = at;
            long digits = whole(0);
            int wholeDigits = at - first;
            int fraction = 0;
            if (at < body.length && body[at] == '.') {
                int point = ++at;
                digits = whole(digits);
                fraction = at - point;
                if (fraction == 0) {
                    return false;
                }
            }
            boolean isNumber = wholeDigits > 0 && (wholeDigits == 1 || body[first] != '0');
            // An integer -0 is 0.
            boolean isSigned = !negative || digits != 0 || fraction > 0;
            if (!isNumber || !isSigned || wholeDigits + fraction > MAX_DIGITS) {
                return false;
            }
            double nearest = digits / POWERS_OF_TEN[fraction];
            // Rounded twice it would be another float, if the first time led into the middle between two.
            boolean inTheMiddle = (Double.doubleToRawLongBits(nearest) & LOST_BITS) == MIDDLE;
            float number = inTheMiddle
                    ? Math.abs(Float.parseFloat(new String(body, start, at - start, StandardCharsets.US_ASCII)))
                    : (float) nearest;
            add(negative ? -number : number);
            return true;
        }

        /** Reads digits behind others; what is too long is refused later, and may be anything. */
        private long whole(long before) {
            long digits = before;
            while (at < body.length && body[at] >= '0' && body[at] <= '9') {
                digits = digits * 10 + (body[at++] - '0');
            }
            return digits;
        }

        private void add(float number) {
            if (!elements.hasRemaining()) {
                elements = room(Math.multiplyExact(elements.capacity() / Float.BYTES, 2))
                        .put(elements.flip());
            }
            elements.putFloat(number);
        }

        /** Whether a sign stands here; goes behind it if so. */
        private boolean is(char sign) {
            skipSpace();
            if (at < body.length && body[at] == sign) {
                at++;
                return true;
            }
            return false;
        }

        private boolean isEnd() {
            skipSpace();
            return at == body.length;
        }

        /** What JSON lets stand between its parts. */
        private void skipSpace() {
            while (at < body.length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
                at++;
            }
        }

        PredictRequest read() {
            return new PredictRequest(
                    form, List.of(Shape.of(lengths)), List.of(new Elements(elements.flip(), List.of())));
        }
    }
}
