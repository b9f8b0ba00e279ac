package dajia;

import com.github.houbb.sensitive.word.bs.SensitiveWordBs;
import com.github.houbb.sensitive.word.support.allow.WordAllows;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Scans lines with houbb/sensitive-word, all its conversions on, against the given terms alone.
 *
 * <p>Arguments: a file of terms, a file of lines, the number of warm-up rounds. After the warm-up, and then for every line
 * on standard input, one round over all lines; each writes one JSON object. The caller asks for rounds one by one, so
 * that they lie between the rounds of what is compared. Seconds are of processor time, all threads together.
 */
public final class HoubbPeer {
    private HoubbPeer() {}

    public static void main(String[] arguments) throws Exception {
        List<String> terms = Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8);
        List<String> lines = Files.readAllLines(Path.of(arguments[1]), StandardCharsets.UTF_8);
        long start = System.nanoTime();
        SensitiveWordBs filter = SensitiveWordBs.newInstance()
                .wordDeny(() -> terms)
                .wordAllow(WordAllows.empty())
                .ignoreCase(true)
                .ignoreWidth(true)
                .ignoreNumStyle(true)
                .ignoreChineseStyle(true)
                .ignoreEnglishStyle(true)
                .ignoreRepeat(true)
                .enableWordCheck(true)
                .init();
        System.out.printf(Locale.ROOT, "{\"load_s\": %.3f}%n", (System.nanoTime() - start) / 1e9);
        for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
            scan(filter, lines);
        }
        System.out.println("{\"warm\": true}");
        OperatingSystemMXBean processor =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (orders.readLine() != null) {
            long begin = processor.getProcessCpuTime();
            int found = scan(filter, lines);
            double seconds = (processor.getProcessCpuTime() - begin) / 1e9;
            System.out.printf(Locale.ROOT, "{\"lines_per_second\": %.1f, \"found\": %d}%n", lines.size() / seconds, found);
        }
    }

    private static int scan(SensitiveWordBs filter, List<String> lines) {
        int found = 0;
        for (String line : lines) {
            found += filter.findAll(line).size();
        }
        return found;
    }
}
