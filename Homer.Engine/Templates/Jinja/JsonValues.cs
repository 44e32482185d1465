using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja;

/// <summary>Makes the values that Python would have of JSON. Their texts come from the data.</summary>
internal static class JsonValues
{
    /// <summary>Returns a value.</summary>
    public static Value Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.String => TextValue.OfData(json.GetString()!),
        JsonValueKind.Array => new ListValue([.. json.EnumerateArray().Select(Of)]),
        JsonValueKind.Object => new DictValue(json.EnumerateObject().Select(member =>
            KeyValuePair.Create<Value, Value>(TextValue.OfData(member.Name), Of(member.Value)))),
        _ => NoneValue.Instance,
    };

    private static Value Number(string text) => text.AsSpan().IndexOfAny(".eE") >= 0
        ? new FloatValue(double.Parse(text, CultureInfo.InvariantCulture))
        : IntegerValue.Of(BigInteger.Parse(text, CultureInfo.InvariantCulture));
}
