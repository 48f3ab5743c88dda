// Property tests are repeatable by default: the same worlds on every machine. PROPERTY_SEED=random explores, PROPERTY_SEED=N repeats a find.
import fc from 'fast-check';

const wanted = process.env.PROPERTY_SEED ?? '20261123';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
