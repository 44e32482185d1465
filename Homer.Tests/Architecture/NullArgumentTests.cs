using System.Reflection;
using Homer.Engine;
using Homer.Kernels.Devices;

namespace Homer.Tests.Architecture;

/// <summary>
/// Calls all that is public in the library with null for each reference that may not be null: the caller is told by an
/// <see cref="ArgumentNullException"/> that names the parameter, before anything else is looked at.
/// </summary>
public sealed class NullArgumentTests
{
    private static readonly Assembly[] Library = [typeof(HomerEngine).Assembly, typeof(ComputeDevice).Assembly];

    [Fact]
    public void Null_is_refused_by_the_name_of_the_parameter()
    {
        PublicCall[] calls = [.. Library.SelectMany(PublicCall.Of)];
        Assert.True(calls.Length > 300, $"{calls.Length} calls are no test");
        Violations.Report("Public methods that take null", calls.Select(call => call.Complaint()).OfType<string>());
    }

    [Fact]
    public void A_call_that_takes_null_is_found() =>
        Assert.Equal(
            [
                "Fixture(right, wrong), wrong: no exception", "Late(text), text: NullReferenceException",
                "set_Wrong(value), value: no exception",
            ],
            PublicCall.Of(typeof(Fixture)).Select(call => call.Complaint()).OfType<string>().Select(text => text[(text.IndexOf('.') + 1)..])
                .Order(StringComparer.Ordinal));

    /// <summary>Methods that refuse null, and others that take it.</summary>
    public sealed class Fixture
    {
        public Fixture(string right, string wrong)
        {
            ArgumentNullException.ThrowIfNull(right);
            Wrong = wrong;
        }

        public string Wrong { get; set; }

        public string Right
        {
            get;
            set => field = value ?? throw new ArgumentNullException(nameof(value));
        }
= "";

        public string? Optional { get; set; }

        public static int Late(string text) => text.Length;

        public static int Spans(ReadOnlySpan<int> ids, string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            return ids.Length;
        }

        public static IEnumerable<T> Generic<T>(T value, IReadOnlyList<T> list, Func<T, bool>? optional = null)
            where T : struct
        {
            ArgumentNullException.ThrowIfNull(list);
            return list.Where(optional ?? (_ => true)).Append(value);
        }
    }
}
