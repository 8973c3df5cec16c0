package dev.slipway.keras.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a file of comma-separated values: UTF-8, or UTF-16 if the file begins with a mark that says so. Bytes that
 * are no characters do not end the reading, as then nobody would know in which line they stand: they become a character that
 * no text has, by which {@link #require} finds them.
 */
public final class CsvText {
    /** Half of a pair: no decoder gives it for bytes that are right. */
    private static final char BROKEN = '\uDC00';

    private static final int LONGEST_MARK = 3;
    private static final int SHOWN = 40;

    private CsvText() {}

    /**
     * Decodes a file.
     *
     * @param bytes its bytes; closed with the reader
     * @return its characters without the mark
     * @throws IOException if it cannot be read
     */
    public static Reader of(InputStream bytes) throws IOException {
        BufferedInputStream in = new BufferedInputStream(bytes);
        in.mark(LONGEST_MARK);
        byte[] start = in.readNBytes(LONGEST_MARK);
        in.reset();
        Charset charset = StandardCharsets.UTF_8;
        int mark = 0;
        if (begins(start, 0xEF, 0xBB, 0xBF)) {
            mark = 3;
        } else if (begins(start, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16BE;
            mark = 2;
        } else if (begins(start, 0xFF, 0xFE)) {
            charset = StandardCharsets.UTF_16LE;
            mark = 2;
        }
        in.skipNBytes(mark);
        return new InputStreamReader(
                in,
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(BROKEN)));
    }

    private static boolean begins(byte[] start, int... mark) {
        boolean begins = start.length >= mark.length;
        for (int i = 0; begins && i < mark.length; i++) {
            begins = (start[i] & 255) == mark[i];
        }
        return begins;
    }

    /**
     * Refuses a field that is no text.
     *
     * @param place where it stands, for messages
     * @param field the field
     * @throws DataFileException if bytes of it are no characters, or zero
     */
    static void require(String place, String field) {
        boolean broken = isBroken(field);
        if (broken || field.indexOf('\0') >= 0) {
            String shown = field.length() > SHOWN ? field.substring(0, SHOWN) + "…" : field;
            throw new DataFileException(
                    place + ": '" + shown.replace(BROKEN, '\uFFFD').replace('\0', '\uFFFD')
                            + (broken
                                    ? "', bytes that are no UTF-8 (expected: a file of UTF-8; convert it)"
                                    : "', a byte of zero (expected: text)"));
        }
    }

    /** The first half of a pair comes before a second half that is right. */
    private static boolean isBroken(String field) {
        for (int at = field.indexOf(BROKEN); at >= 0; at = field.indexOf(BROKEN, at + 1)) {
            if (at == 0 || !Character.isHighSurrogate(field.charAt(at - 1))) {
                return true;
            }
        }
        return false;
    }
}
