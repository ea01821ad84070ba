"""The words that a report may print with a capital letter without naming anybody; none of them is a usual name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANYWHERE = _words(
    """
    ofsted inspectorate chief inspector inspectors her his majesty office regulation regulations reg regs schedule
    section part paragraph annex standard standards act acts statutory guide guidance quality national minimum
    amendment common inspection inspections framework full interim monitoring assurance emergency visit visits
    report reports requirement requirements recommendation recommendations compliance enforcement notice notices
    restriction accommodation registration statement purpose and of the children child people person persons home
    homes care carers residential secure social worker workers staff parents mum dad registered responsible
    individual provider manager managers deputy assistant senior team teams leader leaders director head teacher
    independent visitor reviewing officer officers designated lead key keyworker local authority authorities council
    councils board boards trust partnership partnerships police constabulary health education safeguarding
    protection services service agency department government ministry secretary state court crown family hospital
    school schools college academy university centre youth offending justice probation community commission
    commissioner nhs virtual order orders deprivation liberty mental capacity equality human rights data general
    criminal exploitation working together keeping safe vetting barring disclosure missing return interview plan
    plans planning placement behaviour support risk assessment assessments management policy policies procedure
    procedures review reviews training level diploma certificate award awards vocational qualification
    qualifications stage year pathway passport personal england english wales welsh scotland scottish ireland irish
    britain british united kingdom europe european london arabic urdu punjabi bengali spanish italian portuguese
    romanian ukrainian albanian vietnamese kurdish somali makaton muslim muslims islamic jewish hindu sikh buddhist
    catholic january february march july september october november december monday tuesday wednesday thursday
    friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays christmas easter ramadan
    eid diwali halloween covid internet limited ltd placing childcare fire positive leadership location workforce
    development enhanced night views wishes feelings relationships enjoyment achievement prevent therapist
    psychologist practitioner coordinator supervisor advocate guardian
    """
)
"""In small letters. Institutions, laws, roles, days, countries and languages."""

MONTHS_LIKE_NAMES = _words("april may june august")
"""These are months only where a number, or a word such as "in", stands beside them."""

ACRONYMS = _words(
    """
    SCCIF GCSE GCSEs CAMHS NHS LADO LADOs DBS EHCP EHCPs EHC SEND SEN SENCO PEP PEPs ADHD ASD CQC HMI NVQ BTEC ASDAN
    RSHE PSHE ICT CCTV GP GPs UK EU UASC MASH MARAC NRM CSE CCE PRU IRO IROs DoLS COVID BSL YOT MAPPA COSHH RIDDOR
    PACE LAC SEMH DfE OFSTED LGBT LGBTQ PDF URN RI ID IT TV PPE STEM AQA GDPR CV CVs PLO PA PAs JTAI HMCI SHR DSL DSLs
    DDSL DDSLs SIRO LSCB LSCBs LSCP LSCPs DCS CEO CIN EHE EET NEET SCR SCRs ILACS SGO SGOs RAA RAAs ICPC ICPCs
    IFA IFAs ASYE ASYEs CAMHs CAFCASS Cafcass SENCo SENCos SENDCo SENDCO SALT SaLT SLT SMT PBS PBSP PBSPs BSPs PEEP
    PEEPs HSE NSPCC YJS YOTs YOS CPD FGM NMS EDT MFH SDQ SDQs PRN EBSA EPEP EPEPs DoL
    ICO HMCTS
    """
)

FIRST = _words(
    """
    a i an all also although always among an another any are as at be because before being between both but by can
    could despite during do does did each either every everyone everything example few fewer first following for
    from generally had has have having he here how however if in instead is it its later less little many more most
    much neither never no nobody none nor not nothing now often on once one only other others otherwise our out over
    overall plus poor previous prior rather recent recently regular routinely several she should since so some
    sometimes somebody someone soon such than that their them then there therefore these they this those though
    through throughout thus to too two three four five six seven eight nine ten under unfortunately until up usually
    very was we were what when where whereas whether which while who whose why with within without would yet you
    your about above across after against actions activities additionally admissions adults agreed allegations
    arrangements aspects behaviour boys bullying chances checks complaints concerns consequently consultation
    decisions documents effective effectively evidence examples external failings failure failures feedback food
    girls good improvements inadequate incidents induction information inspectors leadership lessons living
    management medication medicines meetings morale nearly new notifications oversight parts physical placements
    practice professionals progress records recruitment relationships restraint restraints risks rooms serious
    shortfalls significant similarly specifically strategies supervision systems targets there this transitions
    weaknesses
    """
)
"""In small letters. What sentences begin with, besides the words that the report prints in small letters elsewhere."""

NAMES_TOO = _words(
    """
    alma amber angel archer art ash autumn bay bill blessing bob brook carter chance chase christian cliff cooper
    crystal daisy dale dawn dean destiny drew earl eve faith ferry finn fleur flora frank gale gene glen grace grant
    guy harper harry heather holly honey hope hunter iris ivy jack jade jay jasmine jet jordan joy june king lance
    laurel lily mason mark max mercy miles misty nick noble olive opal pat patience pearl penny pierce poppy
    precious prince queenie ray reed rich river rob robin rocky rose rowan ruby sage sandy serenity skip skye star
    sterling storm sue summer sunny taylor trinity tyler victor violet ward will willow woody page law day cook
    baker walker potter weaver fisher butler porter marshall knight bishop abbot pope fox wolf lamb swan finch
    martin wren crane lane hill woods fields brooks stone moss marsh heath lake wells bridges street church hall
    park green brown black white grey gray gold silver sharp savage fry berry bean rice pepper bacon cotton bell
    ball bird banks barker
    """
)
"""Words of the language that are names as well: one in small letters says nothing of one that has a capital."""
