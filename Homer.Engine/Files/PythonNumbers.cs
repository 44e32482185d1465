namespace Homer.Engine.Files;

/// <summary>
/// Python writes the numbers that JSON has no name for as Infinity, -Infinity and NaN. Readers of its files take them as the strings of
/// these names: where a number is needed they are refused, and elsewhere they are passed over.
/// </summary>
internal static class PythonNumbers
{
    /// <summary>The name of ∞.</summary>
    public const string Infinity = "Infinity";

    /// <summary>The name of −∞.</summary>
    public const string MinusInfinity = "-Infinity";

    private static readonly byte[][] Names = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    /// <summary>Returns JSON with quotes around the names that stand outside strings; the same bytes where there are none.</summary>
    public static byte[] Quote(byte[] utf8)
    {
        if (!Names.Any(name => utf8.AsSpan().IndexOf(name) >= 0))
            return utf8;
        var quoted = new List<byte>(utf8.Length + 16);
        bool isInString = false;
        for (int at = 0; at < utf8.Length; at++)
        {
            byte now = utf8[at];
            byte[]? name = isInString ? null : Array.Find(Names, name => utf8.AsSpan(at).StartsWith(name));
            if (name is not null)
            {
                quoted.AddRange([(byte)'"', .. name, (byte)'"']);
                at += name.Length - 1;
                continue;
            }

            quoted.Add(now);
            if (isInString && now == '\\' && at + 1 < utf8.Length)
                quoted.Add(utf8[++at]);
            else if (now == '"')
                isInString = !isInString;
        }

        return [.. quoted];
    }
}
