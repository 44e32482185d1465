namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Comparisons by their signs.</summary>
internal static class Comparisons
{
    /// <summary>Returns whether two values compare as a sign says.</summary>
    /// <exception cref="JinjaException">Values of these types do not compare so.</exception>
    public static bool Holds(string sign, Value a, Value b) => sign switch
    {
        "==" => a.Equals(b),
        "!=" => !a.Equals(b),
        "in" => b.Contains(a),
        "not in" => !b.Contains(a),
        "<" => Operators.Compare(a, b, sign) < 0,
        "<=" => Operators.Compare(a, b, sign) <= 0,
        ">" => Operators.Compare(a, b, sign) > 0,
        _ => Operators.Compare(a, b, sign) >= 0,
    };
}
